"""Access requests: submitting reveals nothing; only the deciders of the company may approve or refuse."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.companies import inviting, requesting
from ideas.companies.administering import NotTheAdministrator
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, Invitation, Permissions
from ideas.companies.requesting import NewAccessRequest
from ideas.db import db
from ideas.errors import Missing, NotAllowed
from tests import lookups, make
from tests.conftest import statements

AURORA, NOBODYS = "11.222.333/0001-81", "11.444.777/0001-61"
CPF = "153.509.460-56"


def ask(cnpj: str = AURORA, *, cpf: str = CPF, email: str = "nina@exemplo.example", network: str = "192.0.2.1") -> None:
    new = NewAccessRequest(
        cpf=Cpf.parse(cpf), name="Nina Alves", email=email, cnpj=Cnpj.parse(cnpj), language="pt-BR", network=network
    )
    requesting.submit(new)


def waiting() -> AccessRequest:
    return db.session.scalars(select(AccessRequest).where(AccessRequest.outcome.is_(None))).one()


def test_only_the_administrator_is_notified(ana, carla, bruno, iris) -> None:
    ask()
    assert lookups.notifications_of(carla) == ["%(name)s pede acesso a %(company)s."]
    assert [lookups.notifications_of(person) for person in (ana, bruno, iris)] == [[], [], []]


def test_operators_are_notified_if_there_is_no_administrator(iris, carla) -> None:
    make.company().cnpj = "11444777000161"
    ask(NOBODYS)
    assert lookups.notifications_of(iris) == ["%(name)s pede acesso a %(company)s."]
    assert lookups.notifications_of(carla) == []


def test_b18_the_statements_are_the_same_for_any_input(ana) -> None:
    """A company with and without an administrator, an unknown one; a new and a known person; a repeated request."""
    make.company().cnpj = "99888777000100"
    db.session.flush()
    sent = []
    for cnpj, cpf in [(AURORA, CPF), (NOBODYS, CPF), (AURORA, "529.982.247-25"), (AURORA, CPF)]:
        with statements() as made:
            ask(cnpj, cpf=cpf)
        sent.append(list(made))
    assert sent == [sent[0]] * 4
    assert db.session.scalar(select(func.count()).select_from(AccessRequest)) == 3


def test_repeating_a_request_creates_no_second_request_or_notification(carla) -> None:
    ask()
    ask()
    assert waiting().times == 2
    assert len(lookups.notifications_of(carla)) == 1
    ask(email="outra@exemplo.example")
    assert len(lookups.notifications_of(carla)) == 2, "another email is another request: a pending one never changes"


def test_a_network_may_send_ten_requests_an_hour() -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        for place in range(requesting.MAX_REQUESTS_PER_NETWORK):
            ask(email=f"p{place}@exemplo.example")
        with pytest.raises(requesting.TooManyRequests):
            ask(email="mais@exemplo.example")
        ask(email="mais@exemplo.example", network="192.0.2.2")
        travel.shift(requesting.LIMIT_WINDOW + timedelta(seconds=1))
        ask(email="depois@exemplo.example")


def test_approving_invites_the_cpf_of_the_request(aurora, carla) -> None:
    ask()
    request = waiting()
    requesting.approve(request, Permissions(self_service=True), by=carla)
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.email, invitation.cpf_lookup) == (request.email, request.cpf_lookup)
    assert invitation.permissions == Permissions(self_service=True)
    with pytest.raises(Missing):
        requesting.refuse(request, "Tarde demais", by=carla)


def test_approving_replaces_a_pending_invitation(aurora, carla) -> None:
    earlier = inviting.invite(aurora, NewInvitation(name="Nina", email="nina@exemplo.example"), by=carla)
    ask()
    requesting.approve(waiting(), Permissions(), by=carla)
    assert earlier.revoked_at is not None
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 2


def test_refusing_requires_a_reason(carla) -> None:
    ask()
    with pytest.raises(requesting.ReasonRequired):
        requesting.refuse(waiting(), "  ", by=carla)
    request = waiting()
    requesting.refuse(request, "Não conhecemos você.", by=carla)
    assert (request.outcome, request.reason, request.decided_by_id) == ("refused", "Não conhecemos você.", carla.id)
    ask()
    assert waiting().id != request.id, "the request can be repeated"


def test_b16_only_the_deciders_of_the_company_may_decide(ana, bruno, carla, iris) -> None:
    ask()
    for person in (ana, bruno, iris):
        with pytest.raises(NotTheAdministrator):
            requesting.approve(waiting(), Permissions(), by=person)
    orphan = make.company()
    orphan.cnpj = "11444777000161"
    ask(NOBODYS)
    theirs = db.session.scalars(select(AccessRequest).where(AccessRequest.company_id == orphan.id)).one()
    with pytest.raises(NotAllowed):
        requesting.approve(theirs, Permissions(), by=carla)
    requesting.approve(theirs, Permissions(), by=iris, makes_administrator=True)
    assert db.session.scalars(select(Invitation.makes_administrator)).one() is True


def test_approving_never_appoints_a_second_administrator(carla) -> None:
    ask()
    requesting.approve(waiting(), Permissions(), by=carla, makes_administrator=True)
    assert db.session.scalars(select(Invitation.makes_administrator)).one() is False


def test_of_concurrent_decisions_exactly_one_succeeds(at_once, carla) -> None:
    ask()
    number, by = waiting().id, carla.id

    def decide(place: int) -> None:
        request, person = db.session.get_one(AccessRequest, number), db.session.get_one(Person, by)
        if place:
            requesting.approve(request, Permissions(), by=person)
        else:
            requesting.refuse(request, "Não.", by=person)
        db.session.commit()

    assert sorted(type(one).__name__ for one in at_once(2, decide)) == ["Missing", "NoneType"]


def test_requests_are_deleted_after_their_retention(carla) -> None:
    ask()
    ask(NOBODYS)
    requesting.refuse(waiting_of(carla), "Não.", by=carla)
    with time_machine.travel(clock.now() + requesting.UNDECIDED_RETENTION + timedelta(days=1)):
        requesting.delete_old_requests()
        assert db.session.scalars(select(AccessRequest.outcome)).all() == ["refused"]
    with time_machine.travel(clock.now() + requesting.DECIDED_RETENTION + timedelta(days=1)):
        requesting.delete_old_requests()
        assert db.session.scalars(select(AccessRequest.outcome)).all() == []


def waiting_of(person: Person) -> AccessRequest:
    return requesting.pending_for(make.companies_of(person)[0], before=None, limit=1)[0]
