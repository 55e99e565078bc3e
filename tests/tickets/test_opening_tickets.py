"""Opening a ticket: rights, codes and follow-ups."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.models import Membership
from ideas.db import db
from ideas.errors import Missing
from ideas.products.models import Module, Product
from ideas.tickets import closing, conversing, opening, participating, progressing, thread
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import Ticket, TicketParticipant, TicketType
from ideas.tickets.opening import NewTicket
from tests import make


def erp() -> Product:
    return db.session.query(Product).filter_by(key="erp").one()


def new(**facts: object) -> NewTicket:
    defaults: dict[str, object] = {
        "type_key": "question",
        "subject": "Como emitir a nota?",
        "description": "Não achei.",
    }
    return NewTicket(**({"product": erp()} | defaults | facts))  # type: ignore[arg-type]


def membership(person: Person) -> Membership:
    return db.session.query(Membership).filter_by(person_id=person.id).one()


def test_a_ticket_belongs_to_its_opener_and_the_company_they_act_for(davi: Person) -> None:
    company = make.companies_of(davi)[1]
    ticket = opening.open_ticket(new(), by=davi, company=company)
    assert (ticket.owner_id, ticket.opened_by_id, ticket.company_id) == (davi.id, davi.id, company.id)
    assert (ticket.state_key, ticket.root_id, ticket.follow_up_of_id) == ("open", ticket.id, None)


def test_codes_are_numbered_per_year_of_sao_paulo(ana: Person) -> None:
    company = make.company_of(ana)
    with time_machine.travel(datetime(2027, 1, 1, 2, 59, tzinfo=UTC), tick=False):
        assert opening.open_ticket(new(), by=ana, company=company).code == "2026-000001"
        assert opening.open_ticket(new(), by=ana, company=company).code == "2026-000002"
    with time_machine.travel(datetime(2027, 1, 1, 3, 0, tzinfo=UTC), tick=False):
        assert opening.open_ticket(new(), by=ana, company=company).code == "2027-000001"


def test_concurrent_tickets_get_distinct_codes(ana: Person, at_once) -> None:
    company, person, product = make.company_of(ana).id, ana.id, erp().id

    def open_one(_: int) -> str:
        from ideas.companies.models import Company

        asked = new(product=db.session.get_one(Product, product))
        made = opening.open_ticket(
            asked, by=db.session.get_one(Person, person), company=db.session.get_one(Company, company)
        )
        db.session.commit()
        return made.code

    year = clock.date_in_sao_paulo(clock.now()).year
    assert sorted(at_once(20, open_one)) == [f"{year}-{number:06d}" for number in range(1, 21)]


def test_d01_submitting_a_form_twice_opens_one_ticket(ana: Person) -> None:
    company = make.company_of(ana)
    first = opening.open_ticket(new(client_token="t1"), by=ana, company=company)
    assert opening.open_ticket(new(client_token="t1"), by=ana, company=company) is first
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_a_suspended_person_may_open_tickets(joao: Person) -> None:
    assert joao.is_suspended
    assert opening.open_ticket(new(), by=joao, company=make.company_of(joao)).owner_id == joao.id


def test_a_person_without_the_company_may_not_open_tickets(elisa: Person, ana: Person) -> None:
    for company in (None, make.company_of(ana)):
        with pytest.raises(opening.TicketNeedsCompany):
            opening.open_ticket(new(), by=elisa, company=company)


def test_a_former_member_may_not_open_tickets(ana: Person) -> None:
    company = make.company_of(ana)
    membership(ana).ended_at = clock.now()
    with pytest.raises(opening.TicketNeedsCompany):
        opening.open_ticket(new(), by=ana, company=company)


def test_a_restricted_member_may_not_open_tickets_and_has_no_types(ana: Person) -> None:
    company = make.company_of(ana)
    membership(ana).tickets_restricted = True
    db.session.flush()
    assert opening.types_for(ana, company) == []
    assert isinstance(opening.obstacle(ana, company), opening.TicketAccessRestricted)
    with pytest.raises(opening.TicketAccessRestricted):
        opening.open_ticket(new(), by=ana, company=company)


def test_the_administrator_is_never_restricted(carla: Person) -> None:
    membership(carla).tickets_restricted = True
    db.session.flush()
    assert opening.open_ticket(new(), by=carla, company=make.company_of(carla)).owner_id == carla.id


@pytest.fixture
def offered() -> TicketType:
    """Technical consulting, as it will be offered once there is a term to accept."""
    consulting = db.session.get_one(TicketType, "technical_consulting")
    consulting.is_offered = True
    db.session.flush()
    return consulting


def test_technical_consulting_is_not_offered_without_a_term(ana: Person) -> None:
    """Its tickets that are open go on."""
    company = make.company_of(ana)
    membership(ana).technical_consulting = True
    db.session.flush()
    assert [kind.key for kind in opening.types_for(ana, company)] == ["question", "defect", "admin_finance"]
    with pytest.raises(opening.ConsultingNotOffered):
        opening.open_ticket(new(type_key="technical_consulting"), by=ana, company=company)
    running = make.ticket(owner=ana, type="technical_consulting")
    conversing.reply(running, TicketText(text="Segue o acesso."), by=ana)
    closed = make.ticket(owner=ana, type="technical_consulting", state="closed")
    with pytest.raises(opening.ConsultingNotOffered):
        opening.open_follow_up(closed, TicketText(text="De novo."), by=ana)


def test_technical_consulting_needs_a_permission_and_support_consulting_is_not_offered(
    ana: Person, offered: TicketType
) -> None:
    company = make.company_of(ana)
    assert [kind.key for kind in opening.types_for(ana, company)] == ["question", "defect", "admin_finance"]
    with pytest.raises(opening.NeedsPermission):
        opening.open_ticket(new(type_key="technical_consulting"), by=ana, company=company)
    membership(ana).technical_consulting = True
    assert opening.open_ticket(new(type_key="technical_consulting"), by=ana, company=company).id
    for key in ("support_consulting", "no-such-type"):
        with pytest.raises(opening.TypeNotOffered):
            opening.open_ticket(new(type_key=key), by=ana, company=company)


def test_a_closed_product_is_refused(ana: Person) -> None:
    erp().closed_at = clock.now()
    with pytest.raises(opening.ProductTakesNoTickets):
        opening.open_ticket(new(), by=ana, company=make.company_of(ana))


def test_a_financial_ticket_has_no_product(ana: Person) -> None:
    module = db.session.query(Module).filter_by(key="fiscal").one()
    ticket = opening.open_ticket(
        new(type_key="admin_finance", module_id=module.id), by=ana, company=make.company_of(ana)
    )
    assert (ticket.product_id, ticket.module_id) == (None, None)


def test_a_follow_up_is_a_new_ticket_with_the_same_people_and_the_history(
    ana: Person, davi: Person, heitor: Person
) -> None:
    closed = make.ticket(owner=ana)
    participating.add(closed, davi.id, by=ana)
    conversing.reply(closed, TicketText(text="Use o menu Relatórios."), by=heitor, then="awaiting_customer_validation")
    progressing.change_state(closed, "resolved", by=ana)
    with time_machine.travel(clock.now().replace(year=2040)):
        closing.close_due()
    made = opening.open_follow_up(closed, TicketText(text="Voltou a acontecer."), by=davi)
    assert made.code != closed.code
    assert (made.state_key, made.owner_id, made.opened_by_id) == ("open", ana.id, davi.id)
    assert (made.follow_up_of_id, made.root_id, made.analyst_id) == (closed.id, closed.id, heitor.id)
    people = select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == made.id)
    assert set(db.session.scalars(people)) == {davi.id}
    shown = thread.page(thread.chain_of(made), notes=False)
    assert [entry.message.text for entry in shown.entries if entry.message] == ["Use o menu Relatórios."]
    assert [entry.ticket.id for entry in shown.entries if entry.ticket] == [closed.id, made.id]
    assert closed.state_key == "closed"


def test_opening_a_follow_up_twice_returns_the_first(ana: Person, carla: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    first = opening.open_follow_up(closed, TicketText(text="Voltou."), by=ana)
    assert opening.open_follow_up(closed, TicketText(text="Voltou mesmo."), by=carla) is first
    assert opening.follow_up_of(closed) is first


def test_an_open_ticket_has_no_follow_up(ana: Person) -> None:
    with pytest.raises(opening.TicketStillOpen):
        opening.open_follow_up(make.ticket(owner=ana), TicketText(text="E agora?"), by=ana)


def test_b03_only_customers_of_the_ticket_open_a_follow_up(ana: Person, bruno: Person, heitor: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    with pytest.raises(Missing):
        opening.open_follow_up(closed, TicketText(text="Oi."), by=bruno)
    with pytest.raises(Exception, match="proprietário"):
        opening.open_follow_up(closed, TicketText(text="Oi."), by=heitor)


def test_the_follow_up_of_a_former_member_belongs_to_its_opener(ana: Person, carla: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    membership(ana).ended_at = clock.now()
    assert opening.open_follow_up(closed, TicketText(text="Voltou."), by=carla).owner_id == carla.id
