"""Leaving a company transfers the open tickets; a financial block allows only financial tickets; analysts' queues."""

from typing import Any

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person, Role, StaffRole
from ideas.audit.models import AuditEntry
from ideas.companies import leaving
from ideas.companies.leaving import UnassignedObligation
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.products.models import Product
from ideas.tickets import opening, participating, queues
from ideas.tickets.conversing import TicketText
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


def test_open_tickets_must_be_transferred_before_leaving(ana: Person, carla: Person, davi: Person,
                                                         aurora: Company) -> None:  # fmt: skip
    mine, closed = make.ticket(owner=ana), make.ticket(owner=ana, state="closed")
    resolved, others = make.ticket(owner=ana, state="resolved"), make.ticket(owner=davi)
    assert [(obligation.name, obligation.count) for obligation in leaving.open_obligations(member(ana, aurora))] == [
        ("tickets", 2)
    ]
    with pytest.raises(UnassignedObligation):
        leaving.remove_member(member(ana, aurora), company=aurora, by=carla)
    heirs = {"tickets": member(davi, aurora)}
    leaving.remove_member(member(ana, aurora), company=aurora, by=carla, successors=heirs)
    assert [one.owner_id for one in (mine, resolved, closed, others)] == [davi.id, davi.id, ana.id, davi.id]
    assert db.session.query(TicketParticipant).count() == 0, "a former member participates in nothing"
    assert member(ana, aurora).ended_at is not None


def test_a_restricted_heir_is_refused(ana: Person, carla: Person, davi: Person, aurora: Company) -> None:
    ticket = make.ticket(owner=ana)
    member(davi, aurora).tickets_restricted = True
    with pytest.raises(NotAColleague):
        leaving.remove_member(
            member(ana, aurora), company=aurora, by=carla, successors={"tickets": member(davi, aurora)}
        )
    db.session.rollback()
    assert ticket.owner_id == ana.id


def test_the_removal_page_offers_the_transfer(browser: Any, ana: Person, carla: Person, davi: Person,
                                              aurora: Company) -> None:  # fmt: skip
    ticket = make.ticket(owner=ana)
    ours, page = browser(carla), f"/empresa/pessoas/{member(ana, aurora).id}/remover"
    assert "Chamados em aberto: 1. Quem assume?" in ours.get(page).text
    ours.post(page, data={"heir-tickets": davi.email})
    assert ticket.owner_id == davi.id
    assert browser(ana).get(address(ticket)).status_code == 404


def test_opening_a_ticket_while_being_removed_leaves_no_orphan(
    ana: Person, carla: Person, aurora: Company, at_once
) -> None:
    """Either the ticket is first and blocks the removal, or the removal is first and no ticket is opened."""
    ids = ana.id, carla.id, aurora.id

    def act(number: int) -> None:
        person, administrator = (db.session.get_one(Person, one) for one in ids[:2])
        company = db.session.get_one(Company, ids[2])
        if number:
            opening.open_ticket(new(), by=person, company=company)
        else:
            leaving.remove_member(member(person, company), company=company, by=administrator)
        db.session.commit()

    results = at_once(2, act)
    left = member(ana, aurora).ended_at is not None
    assert db.session.query(Ticket).count() == (0 if left else 1), results
    assert isinstance(results[1 if left else 0], opening.TicketNeedsCompany if left else UnassignedObligation)


def test_a_financial_block_allows_only_financial_tickets(ana: Person, aurora: Company, heitor: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    waiting = make.ticket(owner=ana)
    aurora.financially_blocked_at = clock.now()
    for kind in ("question", "defect"):
        with pytest.raises(FinanciallyBlocked):
            opening.open_ticket(new(kind), by=ana, company=aurora)
    with pytest.raises(FinanciallyBlocked):
        opening.open_follow_up(closed, TicketText(text="Voltou."), by=ana)
    assert opening.open_ticket(new("admin_finance"), by=ana, company=aurora).state_key == "open"
    assert [kind.key for kind in opening.types_for(ana, aurora)] == ["admin_finance"]
    participating.transfer(waiting, member(make.person("davi"), aurora).person_id, by=ana)


def test_the_block_says_how_to_regularise_and_does_not_affect_ideas(browser: Any, bruno: Person) -> None:
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


def test_another_company_s_block_has_no_effect(davi: Person) -> None:
    here, there = make.companies_of(davi)
    there.financially_blocked_at = clock.now()
    assert opening.open_ticket(new(), by=davi, company=here).company_id == here.id


def test_operators_set_queues_and_the_audit_log_records_it(
    browser: Any, heitor: Person, iris: Person, ana: Person
) -> None:
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
            queues.set_queues(one, [], by=iris)
    db.session.delete(db.session.get(StaffRole, (heitor.id, Role.ANALYST.value)))
    db.session.flush()
    assert heitor not in queues.analysts()
