"""Emails about tickets."""

from datetime import date

from ideas.accounts.models import Person, Role, StaffRole
from ideas.board.posting import NewIdea
from ideas.companies import leaving, listing
from ideas.companies.models import Company
from ideas.db import db
from ideas.products.models import Product
from ideas.tickets import assigning, closing, conversing, converting, opening, participating, progressing
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import AnalystQueue, Ticket
from ideas.tickets.opening import NewTicket
from tests import make
from tests.outbox.emails.scenes import Expected, scene

ANA, DAVI, HEITOR, GILDA = (f"{key}@exemplo.example" for key in ("ana", "davi", "heitor", "gilda"))
SUBJECT = "O relatório sai cortado"
TITLE = "Exportar o razão em planilha"


def ticket(**facts: object) -> Ticket:
    """Create a ticket of Ana's, assigned to Heitor."""
    facts = {"state": "in_progress", "analyst_id": make.person("heitor").id} | facts
    return make.ticket(SUBJECT, owner=make.person("ana"), **facts)  # type: ignore[arg-type]


def erp() -> Product:
    return db.session.query(Product).filter_by(key="erp").one()


def gilda_answers_too(made: Ticket) -> Person:
    gilda = make.person("gilda")
    db.session.add(StaffRole(person_id=gilda.id, role=Role.ANALYST.value))
    db.session.add(AnalystQueue(person_id=gilda.id, type_key=made.type_key, product_id=made.product_id))
    db.session.flush()
    return gilda


def expected(to: str, made: Ticket, *more: str) -> Expected:
    name = {ANA: "Ana", DAVI: "Davi", HEITOR: "Heitor", GILDA: "Gilda"}[to]
    return Expected(to, (name, made.code, SUBJECT, *more), f"/chamados/{made.code}")


@scene("ticket_opened")
def opened(language: str) -> Expected:
    ana = make.person("ana")
    new = NewTicket(type_key="question", subject=SUBJECT, description="Falta a última linha.", product=erp())
    made = opening.open_ticket(new, by=ana, company=db.session.get_one(Company, make.company_of(ana).id))
    return expected(HEITOR, made, "Ana Ribeiro", "Padaria Aurora")


@scene("ticket_replied")
def replied(language: str) -> Expected:
    made = ticket()
    conversing.reply(made, TicketText(text="Estamos vendo."), by=make.person("heitor"))
    return expected(ANA, made, "Heitor Lima")


@scene("ticket_replied", "moved")
def replied_and_moved(language: str) -> Expected:
    made = ticket()
    conversing.reply(made, TicketText(text="Veja."), by=make.person("heitor"), then="awaiting_customer_validation")
    return expected(ANA, made, "Heitor Lima")


@scene("ticket_state_changed")
def solved(language: str) -> Expected:
    made = ticket()
    progressing.change_state(made, "awaiting_customer_validation", by=make.person("heitor"))
    return expected(ANA, made)


@scene("ticket_state_changed", "closed")
def closed(language: str) -> Expected:
    made = ticket(state="resolved", stays_until=date(2026, 11, 2))
    closing.close_due()
    return expected(ANA, made)


@scene("ticket_participant_added")
def let_in(language: str) -> Expected:
    made = ticket()
    participating.add(made, make.person("davi").id, by=make.person("ana"))
    return expected(DAVI, made, "Ana Ribeiro")


@scene("ticket_received")
def received(language: str) -> Expected:
    made = ticket()
    participating.transfer(made, make.person("davi").id, by=make.person("carla"))
    return expected(DAVI, made, "Carla Nunes")


@scene("ticket_received", "several")
def received_all_that_another_had(language: str) -> Expected:
    made, others = ticket(), [ticket() for _ in range(2)]
    company, (ana, davi) = make.company_of(make.person("carla")), map(make.person, ("ana", "davi"))
    heir = listing.membership_of(davi, company)
    leaver = listing.membership_of(ana, company)
    leaving.remove_member(leaver, company=company, by=make.person("carla"), successors={"tickets": heir})
    return Expected(DAVI, ("Davi", "Carla Nunes", "3", made.code, *(one.code for one in others)), "/chamados")


@scene("ticket_passed_on")
def passed_on(language: str) -> Expected:
    made = ticket()
    participating.transfer(made, make.person("davi").id, by=make.person("carla"))
    return expected(ANA, made, "Carla Nunes")


@scene("ticket_assigned")
def assigned(language: str) -> Expected:
    made = ticket()
    assigning.assign(made, gilda_answers_too(made), by=make.person("heitor"))
    return expected(GILDA, made, "Heitor Lima")


@scene("ticket_noted")
def noted(language: str) -> Expected:
    made = ticket()
    conversing.add_note(made, TicketText(text="Já vi isto."), by=gilda_answers_too(made))
    return expected(HEITOR, made, "Gilda Rocha")


@scene("ticket_linked", "idea")
def made_an_idea(language: str) -> Expected:
    made = ticket()
    new = NewIdea(title=TITLE, problem="Hoje é uma a uma.", product=erp(), kind="improvement")
    converting.to_idea(made, new, by=make.person("heitor"))
    return Expected(ANA, ("Ana", "Heitor Lima", made.code, TITLE), f"/chamados/{made.code}")


@scene("ticket_linked", "vote")
def made_a_vote(language: str) -> Expected:
    made = ticket()
    converting.to_vote(made, make.idea(TITLE, author=make.person("bruno")), by=make.person("heitor"))
    return Expected(ANA, ("Ana", "Heitor Lima", made.code, TITLE), f"/chamados/{made.code}")
