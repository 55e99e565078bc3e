"""*Quero me cadastrar*: asking says nothing, deciding is for whoever answers for the company, and ends in an invitation."""

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
from ideas.companies.requesting import NewRequest
from ideas.db import db
from ideas.errors import Missing, NotAllowed
from tests import lookups, make
from tests.conftest import statements

AURORA, NOBODYS = "11.222.333/0001-81", "11.444.777/0001-61"
CPF = "153.509.460-56"


def ask(cnpj: str = AURORA, *, cpf: str = CPF, email: str = "nina@exemplo.example", network: str = "192.0.2.1") -> None:
    new = NewRequest(
        cpf=Cpf.parse(cpf), name="Nina Alves", email=email, cnpj=Cnpj.parse(cnpj), language="pt-BR", network=network
    )
    requesting.ask(new)


def waiting() -> AccessRequest:
    return db.session.scalars(select(AccessRequest).where(AccessRequest.outcome.is_(None))).one()


def test_the_administrator_hears_of_it_and_nobody_else(ana, carla, bruno, iris) -> None:
    ask()
    assert lookups.notifications_of(carla) == ["%(name)s pede acesso a %(company)s."]
    assert [lookups.notifications_of(person) for person in (ana, bruno, iris)] == [[], [], []]


def test_operators_hear_of_it_while_the_company_has_no_administrator(iris, carla) -> None:
    make.company().cnpj = "11444777000161"
    ask(NOBODYS)
    assert lookups.notifications_of(iris) == ["%(name)s pede acesso a %(company)s."]
    assert lookups.notifications_of(carla) == []


def test_b18_asking_does_the_same_work_whatever_it_names(ana) -> None:
    """A company with an administrator, one without, none at all; a new person, a known one; the second time."""
    make.company().cnpj = "99888777000100"
    db.session.flush()
    sent = []
    for cnpj, cpf in [(AURORA, CPF), (NOBODYS, CPF), (AURORA, "529.982.247-25"), (AURORA, CPF)]:
        with statements() as made:
            ask(cnpj, cpf=cpf)
        sent.append(list(made))
    assert sent == [sent[0]] * 4
    assert db.session.scalar(select(func.count()).select_from(AccessRequest)) == 3


def test_asking_again_is_one_request_and_one_notice(carla) -> None:
    ask()
    ask()
    assert waiting().times == 2
    assert len(lookups.notifications_of(carla)) == 1
    ask(email="outra@exemplo.example")
    assert len(lookups.notifications_of(carla)) == 2, (
        "another address is another request: nobody changes one that waits"
    )


def test_one_network_asks_ten_times_in_an_hour() -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        for place in range(requesting.MOST):
            ask(email=f"p{place}@exemplo.example")
        with pytest.raises(requesting.TooManyRequests):
            ask(email="mais@exemplo.example")
        ask(email="mais@exemplo.example", network="192.0.2.2")
        travel.shift(requesting.WINDOW + timedelta(seconds=1))
        ask(email="depois@exemplo.example")


def test_approving_invites_the_cpf_that_asked(aurora, carla) -> None:
    ask()
    request = waiting()
    requesting.approve(request, Permissions(self_service=True), by=carla)
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.email, invitation.cpf_lookup) == (request.email, request.cpf_lookup)
    assert invitation.permissions == Permissions(self_service=True)
    with pytest.raises(Missing):
        requesting.refuse(request, "Tarde demais", by=carla)


def test_approving_takes_the_place_of_an_invitation_that_waits(aurora, carla) -> None:
    earlier = inviting.invite(aurora, NewInvitation(name="Nina", email="nina@exemplo.example"), by=carla)
    ask()
    requesting.approve(waiting(), Permissions(), by=carla)
    assert earlier.revoked_at is not None
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 2


def test_refusing_needs_a_reason(carla) -> None:
    ask()
    with pytest.raises(requesting.NeedsAReason):
        requesting.refuse(waiting(), "  ", by=carla)
    request = waiting()
    requesting.refuse(request, "Não conhecemos você.", by=carla)
    assert (request.outcome, request.reason, request.decided_by_id) == ("refused", "Não conhecemos você.", carla.id)
    ask()
    assert waiting().id != request.id, "and may be asked anew"


def test_b16_only_who_answers_for_the_company_decides(ana, bruno, carla, iris) -> None:
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


def test_an_administrator_never_gets_a_second_one_by_approving(carla) -> None:
    ask()
    requesting.approve(waiting(), Permissions(), by=carla, makes_administrator=True)
    assert db.session.scalars(select(Invitation.makes_administrator)).one() is False


def test_two_who_decide_at_once(at_once, carla) -> None:
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


def test_requests_are_forgotten_after_their_time(carla) -> None:
    ask()
    ask(NOBODYS)
    requesting.refuse(waiting_of(carla), "Não.", by=carla)
    with time_machine.travel(clock.now() + requesting.UNDECIDED + timedelta(days=1)):
        requesting.forget()
        assert db.session.scalars(select(AccessRequest.outcome)).all() == ["refused"]
    with time_machine.travel(clock.now() + requesting.DECIDED + timedelta(days=1)):
        requesting.forget()
        assert db.session.scalars(select(AccessRequest.outcome)).all() == []


def waiting_of(person: Person) -> AccessRequest:
    return requesting.waiting_for(make.companies_of(person)[0], before=None, limit=1)[0]
