"""Inviting and accepting: an invitation works once, for its person and its company."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ideas import clock
from ideas.accounts import identifying
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.companies import accepting, administering, inviting, listing
from ideas.companies.accepting import CannotJoin, ForSomebodyElse, InvitationOver, Newcomer
from ideas.companies.inviting import AlreadyAMember, AlreadyInvited, NewInvitation, TooManyInvitationEmails
from ideas.companies.models import Company, Invitation, Permissions
from ideas.db import db
from ideas.errors import Missing
from tests import make
from tests.cast import CPFS, PASSWORD_HASH

NEW = NewInvitation(name="Nina Alves", email=" Nina@Exemplo.example ", permissions=Permissions(self_service=True))
CPF = Cpf.parse("153.509.460-56")


@pytest.fixture
def invitation(aurora: Company, carla: Person) -> Invitation:
    return inviting.invite(aurora, NEW, by=carla)


def newcomer(cpf: Cpf = CPF) -> Newcomer:
    return Newcomer(cpf=cpf, password_hash=PASSWORD_HASH or "x", language="pt-BR")


def test_an_invitation_stores_email_name_and_permissions(invitation: Invitation, carla: Person) -> None:
    assert (invitation.email, invitation.name, invitation.is_open) == ("nina@exemplo.example", "Nina Alves", True)
    assert invitation.permissions == Permissions(self_service=True)
    assert db.session.scalars(select(AuditEntry.action)).one() == "person_invited"


def test_inviting_twice_or_inviting_a_member_is_refused(aurora, carla, invitation) -> None:
    with pytest.raises(AlreadyInvited):
        inviting.invite(aurora, NEW, by=carla)
    with pytest.raises(AlreadyAMember):
        inviting.invite(aurora, NewInvitation(name="Ana", email="ANA@exemplo.example"), by=carla)


def test_b16_v8_3_1_only_the_administrator_may_invite(aurora, litoral, ana, bruno, carla) -> None:
    for company, by in [(aurora, ana), (aurora, bruno), (litoral, carla)]:
        with pytest.raises(administering.NotTheAdministrator):
            inviting.invite(company, NEW, by=by)


def test_a_new_person_joins_with_the_permissions(invitation, aurora) -> None:
    person = accepting.register(invitation, newcomer())
    held = listing.membership_of(person, aurora)
    assert held
    assert (held.permissions, person.name, person.email) == (invitation.permissions, "Nina Alves", invitation.email)
    assert person.email_confirmed_at is not None
    assert identifying.person_by_cpf(CPF) is person
    assert invitation.accepted_by_id == person.id


def test_a09_an_invitation_works_once(invitation, ana) -> None:
    accepting.register(invitation, newcomer())
    with pytest.raises(InvitationOver):
        accepting.register(invitation, newcomer(Cpf.parse("868.845.372-13")))
    assert not invitation.is_open


def test_a07_of_concurrent_acceptances_exactly_one_succeeds(at_once, invitation) -> None:
    number, cpfs = invitation.id, [CPF, Cpf.parse("868.845.372-13")]

    def come_in(place: int) -> None:
        accepting.register(db.session.get_one(Invitation, number), newcomer(cpfs[place]))
        db.session.commit()

    results = at_once(2, come_in)
    assert sorted(type(one).__name__ for one in results) in (
        ["InvitationOver", "NoneType"],
        ["CannotJoin", "NoneType"],
    )
    assert len(list(db.session.scalars(select(Person).where(Person.email == NEW.email.strip().lower())))) == 1


def test_a09_a_revoked_invitation_does_not_work(invitation, aurora, carla) -> None:
    inviting.revoke(invitation, company=aurora, by=carla)
    with pytest.raises(InvitationOver):
        accepting.register(invitation, newcomer())
    with pytest.raises(Missing):
        inviting.resend(invitation, company=aurora, by=carla)
    assert inviting.invite(aurora, NEW, by=carla).id != invitation.id, "the person can be invited again"


def test_b16_invitations_of_another_company_cannot_be_revoked_or_resent(invitation, litoral, bruno) -> None:
    for operation in (inviting.revoke, inviting.resend):
        with pytest.raises(Missing):
            operation(invitation, company=litoral, by=bruno)
    assert invitation.is_open


def test_b06_an_invitation_works_only_for_its_person(aurora, carla, bruno, joao) -> None:
    invitation = inviting.invite(aurora, NewInvitation(name="Bruno", email=str(bruno.email)), by=carla)
    with pytest.raises(ForSomebodyElse):
        accepting.accept(invitation, joao)
    assert accepting.accept(invitation, bruno).company_id == aurora.id
    assert bruno.last_company_id == aurora.id


def test_b06_a_verified_person_joins_with_any_email(invitation, aurora, bruno) -> None:
    accepting.accept_verified(invitation, bruno, Cpf.parse(CPFS["bruno"]))
    assert listing.membership_of(bruno, aurora)


def test_b18_a_used_cpf_and_a_used_email_get_the_same_refusal(aurora, carla, invitation, bruno) -> None:
    with pytest.raises(CannotJoin):
        accepting.register(invitation, newcomer(Cpf.parse(CPFS["joao"])))
    db.session.rollback()
    known = inviting.invite(aurora, NewInvitation(name="Bruno", email=str(bruno.email)), by=carla)
    with pytest.raises(CannotJoin):
        accepting.register(known, newcomer())


def test_an_approved_request_works_only_for_its_cpf(aurora, carla, bruno, joao) -> None:
    lookup = identifying.ring().lookup(Cpf.parse(CPFS["bruno"]))
    asked = NewInvitation(name="Bruno", email="outro@exemplo.example", cpf_lookup=lookup)
    invitation = inviting.invite(aurora, asked, by=carla)
    with pytest.raises(CannotJoin):
        accepting.register(invitation, newcomer())
    with pytest.raises(ForSomebodyElse):
        accepting.accept(invitation, joao)
    accepting.accept(invitation, bruno)
    assert listing.membership_of(bruno, aurora)


def test_returning_reopens_the_membership_with_the_new_permissions(aurora, ana, carla) -> None:
    held = listing.membership_of(ana, aurora)
    assert held
    held.ended_at = clock.now()
    back = NewInvitation(name="Ana", email=str(ana.email), permissions=Permissions(technical_consulting=True))
    invitation = inviting.invite(aurora, back, by=carla)
    assert accepting.accept(invitation, ana).id == held.id
    assert held.permissions == Permissions(technical_consulting=True)


def test_an_operators_invitation_appoints_the_administrator(ana, iris) -> None:
    company = make.company()
    first = NewInvitation(name="Ana", email=str(ana.email), makes_administrator=True)
    invitation = inviting.invite_administrator(company, first, by=iris)
    membership = accepting.accept(invitation, ana)
    assert company.administrator_id == membership.id


def test_a12_v2_3_2_an_address_gets_at_most_five_emails_a_day_from_a_company(aurora, carla, invitation) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(inviting.MAX_EMAILS_PER_DAY - 1):
            inviting.resend(invitation, company=aurora, by=carla)
        with pytest.raises(TooManyInvitationEmails):
            inviting.resend(invitation, company=aurora, by=carla)
        inviting.revoke(invitation, company=aurora, by=carla)
        with pytest.raises(TooManyInvitationEmails):
            inviting.invite(aurora, NEW, by=carla)
        travel.shift(inviting.DAY + timedelta(seconds=1))
        inviting.invite(aurora, NEW, by=carla)


def test_a_link_allows_ten_attempts(invitation) -> None:
    for _ in range(accepting.MAX_ATTEMPTS):
        accepting.count_attempt(invitation)
    with pytest.raises(InvitationOver):
        accepting.count_attempt(invitation)
