"""Who leaves a company hands their tickets over; a company that owes opens financial ones only; who answers what."""

from typing import Any

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person, Role, StaffRole
from ideas.audit.models import AuditEntry
from ideas.companies import leaving
from ideas.companies.leaving import StillOwes
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.products.models import Product
from ideas.tickets import opening, participating, queues
from ideas.tickets.conversing import Words
from ideas.tickets.models import Ticket, TicketParticipant
from ideas.tickets.opening import FinanciallyBlocked, NewTicket
from ideas.tickets.participating import NotAColleague
from ideas.tickets.queues import Queue
from tests import make
from tests.tickets.test_ticket_pages import NEW, address


def member(person: Person, company: Company) -> Membership:
    return db.session.query(Membership).filter_by(person_id=person.id, company_id=company.id).one()


@pytest.fixture
def aurora(carla: Person) -> Company:
    return make.company_of(carla)


def new(kind: str = "question") -> NewTicket:
    erp = db.session.query(Product).filter_by(key="erp").one()
    return NewTicket(type_key=kind, subject="Como emitir a nota?", description="Não achei.", product=erp)


def test_open_tickets_stand_in_the_way_until_somebody_takes_them(ana: Person, carla: Person, davi: Person,
                                                                 aurora: Company) -> None:  # fmt: skip
    mine, closed = make.ticket(owner=ana), make.ticket(owner=ana, state="closed")
    resolved, others = make.ticket(owner=ana, state="resolved"), make.ticket(owner=davi)
    assert [(debt.name, debt.count) for debt in leaving.owed_by(member(ana, aurora))] == [("tickets", 2)]
    with pytest.raises(StillOwes):
        leaving.remove(member(ana, aurora), company=aurora, by=carla)
    heirs = {"tickets": member(davi, aurora)}
    leaving.remove(member(ana, aurora), company=aurora, by=carla, heirs=heirs)
    assert [one.owner_id for one in (mine, resolved, closed, others)] == [davi.id, davi.id, ana.id, davi.id]
    assert db.session.query(TicketParticipant).count() == 0, "who left takes part in nothing"
    assert member(ana, aurora).ended_at is not None


def test_a_restricted_heir_takes_nothing(ana: Person, carla: Person, davi: Person, aurora: Company) -> None:
    ticket = make.ticket(owner=ana)
    member(davi, aurora).tickets_restricted = True
    with pytest.raises(NotAColleague):
        leaving.remove(member(ana, aurora), company=aurora, by=carla, heirs={"tickets": member(davi, aurora)})
    db.session.rollback()
    assert ticket.owner_id == ana.id


def test_the_screen_of_removing_offers_the_transfer(browser: Any, ana: Person, carla: Person, davi: Person,
                                                    aurora: Company) -> None:  # fmt: skip
    ticket = make.ticket(owner=ana)
    ours, page = browser(carla), f"/empresa/pessoas/{member(ana, aurora).id}/remover"
    assert "Chamados em aberto: 1. Quem assume?" in ours.get(page).text
    ours.post(page, data={"heir-tickets": davi.email})
    assert ticket.owner_id == davi.id
    assert browser(ana).get(address(ticket)).status_code == 404


def test_opening_and_removing_at_once_leave_no_ticket_behind(
    ana: Person, carla: Person, aurora: Company, at_once
) -> None:
    """Either the ticket came first, and removing finds it; or the person left first, and opens none."""
    ids = ana.id, carla.id, aurora.id

    def act(place: int) -> None:
        person, administrator = (db.session.get_one(Person, one) for one in ids[:2])
        company = db.session.get_one(Company, ids[2])
        if place:
            opening.begin(new(), by=person, company=company)
        else:
            leaving.remove(member(person, company), company=company, by=administrator)
        db.session.commit()

    results = at_once(2, act)
    left = member(ana, aurora).ended_at is not None
    assert db.session.query(Ticket).count() == (0 if left else 1), results
    assert isinstance(results[1 if left else 0], opening.NoCompany if left else StillOwes)


def test_a_blocked_company_opens_financial_tickets_only(ana: Person, aurora: Company, heitor: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    waiting = make.ticket(owner=ana)
    aurora.financially_blocked_at = clock.now()
    for kind in ("question", "defect"):
        with pytest.raises(FinanciallyBlocked):
            opening.begin(new(kind), by=ana, company=aurora)
    with pytest.raises(FinanciallyBlocked):
        opening.follow_up(closed, Words(text="Voltou."), by=ana)
    assert opening.begin(new("admin_finance"), by=ana, company=aurora).state_key == "open"
    assert [kind.key for kind in opening.types_for(ana, aurora)] == ["admin_finance"]
    participating.transfer(waiting, member(make.person("davi"), aurora).person_id, by=ana)


def test_the_block_says_how_to_regularise_and_leaves_ideas_alone(browser: Any, bruno: Person) -> None:
    make.company_of(bruno).financially_blocked_at = clock.now()
    ours = browser(bruno)
    page = ours.get("/chamados/novo").text
    assert "pendência financeira" in page
    assert "Administrativo e Financeiro" in page
    refused = ours.post("/chamados/novo", data=NEW)
    assert refused.status_code == 422
    assert "pendência financeira" in refused.text
    assert ours.post("/chamados/novo", data=NEW | {"type": "admin_finance", "product": ""}).status_code == 303
    assert ours.post(f"/ideias/{make.idea().id}/voto").status_code == 303


def test_another_company_s_block_is_nothing_to_one_s_own(davi: Person) -> None:
    here, there = make.companies_of(davi)
    there.financially_blocked_at = clock.now()
    assert opening.begin(new(), by=davi, company=here).company_id == here.id


def test_queues_are_kept_by_operators_and_in_the_log(browser: Any, heitor: Person, iris: Person, ana: Person) -> None:
    rh = db.session.query(Product).filter_by(key="rh").one()
    ours = browser(iris)
    assert "Heitor Lima" in ours.get("/painel/filas").text
    assert "Filas de Heitor Lima" in ours.get(f"/painel/filas/{heitor.id}").text
    sent = [f"question.{rh.id}", "admin_finance.", "question.", f"admin_finance.{rh.id}", "x.1", "question.999999"]
    assert ours.post(f"/painel/filas/{heitor.id}", data={"queue": sent}).status_code == 303
    assert queues.queues_of(heitor) == {Queue("question", rh.id), Queue("admin_finance", None)}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "analyst_queues_changed")).one()
    assert (entry.by_id, entry.thing_id) == (iris.id, heitor.id)
    assert ours.get(f"/painel/filas/{ana.id}").status_code == 404
    assert ours.post(f"/painel/filas/{ana.id}").status_code == 404


def test_only_analysts_answer_queues(ana: Person, iris: Person, heitor: Person) -> None:
    for one in (ana, iris):
        with pytest.raises(queues.NotAnAnalyst):
            queues.answer(one, [], by=iris)
    db.session.delete(db.session.get(StaffRole, (heitor.id, Role.ANALYST.value)))
    db.session.flush()
    assert heitor not in queues.analysts()
