"""Recipients of events about tickets: each is notified once, the actor never."""

from typing import Any

import pytest

from ideas.accounts.models import Person, Role, StaffRole
from ideas.companies.models import Company
from ideas.db import db
from ideas.notifications import reading
from ideas.notifications.models import Notification
from ideas.outbox.delivery import deliver_pending
from ideas.products.models import Product
from ideas.tickets import assigning, closing, conversing, opening, participating, progressing
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import AnalystQueue, Ticket
from ideas.tickets.opening import NewTicket
from tests import make


def notified_by(operation: Any) -> dict[str, int]:
    """The number of notifications that each person gets of an operation."""
    db.session.commit()
    deliver_pending()
    before = {one.id for one in db.session.query(Notification)}
    operation()
    db.session.commit()
    deliver_pending()
    after = [one for one in db.session.query(Notification) if one.id not in before]
    people = [db.session.get_one(Person, one.person_id).name.split()[0] for one in after]
    return {name: people.count(name) for name in sorted(set(people))}


@pytest.fixture
def team(ana: Person, davi: Person, heitor: Person, gilda: Person) -> Ticket:
    """Ana's ticket, with Davi as participant; Heitor is its analyst, and Gilda answers the same queue."""
    ticket = make.ticket("O relatório sai cortado", owner=ana, state="in_progress", analyst_id=heitor.id)
    participating.add(ticket, davi.id, by=ana)
    db.session.add(StaffRole(person_id=gilda.id, role=Role.ANALYST.value))
    db.session.add(AnalystQueue(person_id=gilda.id, type_key="question", product_id=ticket.product_id))
    db.session.commit()
    return ticket


def test_a_new_ticket_notifies_the_analysts_of_its_queue(team: Ticket, ana: Person) -> None:
    erp = db.session.get_one(Product, team.product_id)
    company = db.session.get_one(Company, team.company_id)
    new = NewTicket(type_key="question", subject="Outro assunto", description="Não achei.", product=erp)
    assert notified_by(lambda: opening.open_ticket(new, by=ana, company=company)) == {"Heitor": 1, "Gilda": 1}


def test_e04_a_reply_notifies_everyone_else_once(team: Ticket, ana: Person, davi: Person, heitor: Person) -> None:
    assert notified_by(lambda: make.reply(team, ana)) == {"Davi": 1, "Heitor": 1}
    assert notified_by(lambda: make.reply(team, davi)) == {"Ana": 1, "Heitor": 1}
    assert notified_by(lambda: make.reply(team, heitor, "awaiting_customer_validation")) == {"Ana": 1, "Davi": 1}
    sentences = [notice.wording.sentence for notice in reading.latest(ana, limit=1) if notice.wording]
    assert sentences == ["%(by)s respondeu no chamado %(code)s, “%(subject)s”, que passou para %(state)s."]


def test_without_an_analyst_a_reply_notifies_the_whole_queue(team: Ticket, ana: Person) -> None:
    team.analyst_id = None
    assert notified_by(lambda: make.reply(team, ana)) == {"Davi": 1, "Heitor": 1, "Gilda": 1}


def test_state_changes_and_closing_notify_everyone_else(team: Ticket, ana: Person, heitor: Person) -> None:
    assert notified_by(lambda: progressing.change_state(team, "resolved", by=ana)) == {"Davi": 1, "Heitor": 1}
    team.stays_until = team.stays_until.replace(year=2020)  # type: ignore[union-attr]
    assert notified_by(closing.close_due) == {"Ana": 1, "Davi": 1, "Heitor": 1}


def test_people_are_notified_when_they_are_added_made_owner_or_assigned(team: Ticket, ana: Person, carla: Person,
                                                                        davi: Person, gilda: Person, heitor: Person) -> None:  # fmt: skip
    assert notified_by(lambda: participating.add(team, carla.id, by=ana)) == {"Carla": 1}
    assert notified_by(lambda: participating.remove(team, carla.id, by=ana)) == {}
    assert notified_by(lambda: participating.transfer(team, davi.id, by=carla)) == {"Ana": 1, "Davi": 1}
    assert notified_by(lambda: assigning.assign(team, gilda, by=heitor)) == {"Gilda": 1}


def test_a_note_notifies_the_analyst_and_the_authors_of_earlier_notes(team: Ticket, ana: Person, gilda: Person,
                                                                      heitor: Person) -> None:  # fmt: skip
    assert notified_by(lambda: conversing.add_note(team, TicketText(text="Nota."), by=gilda)) == {"Heitor": 1}
    assert notified_by(lambda: conversing.add_note(team, TicketText(text="Nota."), by=heitor)) == {"Gilda": 1}


def test_a_notification_links_to_the_message(team: Ticket, ana: Person, heitor: Person, browser: Any) -> None:
    make.reply(team, heitor)
    db.session.commit()
    deliver_pending()
    notice = reading.latest(ana, limit=1)[0]
    answer = browser(ana).get(f"/notificacoes/{notice.id}")
    assert f"/chamados/{team.code}#mensagem-" in answer.location
    page = browser(ana).get("/notificacoes").text
    assert f"Heitor Lima respondeu no chamado {team.code}: “O relatório sai cortado”." in page
