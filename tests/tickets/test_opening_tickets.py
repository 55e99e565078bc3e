"""Opening a ticket: who may, under which code, and what a follow-up carries on."""

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
from ideas.tickets.conversing import Words
from ideas.tickets.models import Ticket, TicketParticipant
from ideas.tickets.opening import NewTicket
from tests import make


def erp() -> Product:
    return db.session.query(Product).filter_by(key="erp").one()


def new(**facts: object) -> NewTicket:
    usual: dict[str, object] = {"type_key": "question", "subject": "Como emitir a nota?", "description": "Não achei."}
    return NewTicket(**({"product": erp()} | usual | facts))  # type: ignore[arg-type]


def membership(person: Person) -> Membership:
    return db.session.query(Membership).filter_by(person_id=person.id).one()


def test_a_ticket_is_its_opener_s_and_for_the_company_they_act_for(davi: Person) -> None:
    company = make.companies_of(davi)[1]
    ticket = opening.begin(new(), by=davi, company=company)
    assert (ticket.owner_id, ticket.opened_by_id, ticket.company_id) == (davi.id, davi.id, company.id)
    assert (ticket.state_key, ticket.root_id, ticket.follow_up_of_id) == ("open", ticket.id, None)


def test_codes_are_counted_per_year_as_it_is_in_sao_paulo(ana: Person) -> None:
    company = make.company_of(ana)
    with time_machine.travel(datetime(2027, 1, 1, 2, 59, tzinfo=UTC), tick=False):
        assert opening.begin(new(), by=ana, company=company).code == "2026-000001"
        assert opening.begin(new(), by=ana, company=company).code == "2026-000002"
    with time_machine.travel(datetime(2027, 1, 1, 3, 0, tzinfo=UTC), tick=False):
        assert opening.begin(new(), by=ana, company=company).code == "2027-000001"


def test_twenty_at_once_get_twenty_codes(ana: Person, at_once) -> None:
    company, person, product = make.company_of(ana).id, ana.id, erp().id

    def open_one(_: int) -> str:
        from ideas.companies.models import Company

        asked = new(product=db.session.get_one(Product, product))
        made = opening.begin(asked, by=db.session.get_one(Person, person), company=db.session.get_one(Company, company))
        db.session.commit()
        return made.code

    year = clock.date_in_sao_paulo(clock.now()).year
    assert sorted(at_once(20, open_one)) == [f"{year}-{number:06d}" for number in range(1, 21)]


def test_d01_a_form_sent_twice_opens_one_ticket(ana: Person) -> None:
    company = make.company_of(ana)
    first = opening.begin(new(client_token="t1"), by=ana, company=company)
    assert opening.begin(new(client_token="t1"), by=ana, company=company) is first
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_a_suspended_person_opens_tickets_a_paid_service(joao: Person) -> None:
    assert joao.is_suspended
    assert opening.begin(new(), by=joao, company=make.company_of(joao)).owner_id == joao.id


def test_who_belongs_to_no_company_opens_none(elisa: Person, ana: Person) -> None:
    for company in (None, make.company_of(ana)):
        with pytest.raises(opening.NoCompany):
            opening.begin(new(), by=elisa, company=company)


def test_who_left_opens_none(ana: Person) -> None:
    company = make.company_of(ana)
    membership(ana).ended_at = clock.now()
    with pytest.raises(opening.NoCompany):
        opening.begin(new(), by=ana, company=company)


def test_a_restricted_person_opens_none_and_chooses_from_nothing(ana: Person) -> None:
    company = make.company_of(ana)
    membership(ana).tickets_restricted = True
    db.session.flush()
    assert opening.types_for(ana, company) == []
    assert isinstance(opening.obstacle(ana, company), opening.Restricted)
    with pytest.raises(opening.Restricted):
        opening.begin(new(), by=ana, company=company)


def test_the_administrator_is_never_restricted(carla: Person) -> None:
    membership(carla).tickets_restricted = True
    db.session.flush()
    assert opening.begin(new(), by=carla, company=make.company_of(carla)).owner_id == carla.id


def test_technical_consulting_needs_its_permission_and_support_consulting_is_never_asked_for(ana: Person) -> None:
    company = make.company_of(ana)
    assert [kind.key for kind in opening.types_for(ana, company)] == ["question", "defect", "admin_finance"]
    with pytest.raises(opening.NeedsPermission):
        opening.begin(new(type_key="technical_consulting"), by=ana, company=company)
    membership(ana).technical_consulting = True
    assert opening.begin(new(type_key="technical_consulting"), by=ana, company=company).id
    for key in ("support_consulting", "no-such-type"):
        with pytest.raises(opening.NotOffered):
            opening.begin(new(type_key=key), by=ana, company=company)


def test_a_closed_product_takes_no_tickets(ana: Person) -> None:
    erp().closed_at = clock.now()
    with pytest.raises(opening.ProductClosed):
        opening.begin(new(), by=ana, company=make.company_of(ana))


def test_a_financial_ticket_is_about_no_product(ana: Person) -> None:
    module = db.session.query(Module).filter_by(key="fiscal").one()
    ticket = opening.begin(new(type_key="admin_finance", module_id=module.id), by=ana, company=make.company_of(ana))
    assert (ticket.product_id, ticket.module_id) == (None, None)


def test_a_follow_up_is_a_new_ticket_with_the_people_and_the_history(ana: Person, davi: Person, heitor: Person) -> None:
    closed = make.ticket(owner=ana)
    participating.add(closed, davi.id, by=ana)
    conversing.reply(closed, Words(text="Use o menu Relatórios."), by=heitor, then="awaiting_customer_validation")
    progressing.advance(closed, "resolved", by=ana)
    with time_machine.travel(clock.now().replace(year=2040)):
        closing.close_due()
    made = opening.follow_up(closed, Words(text="Voltou a acontecer."), by=davi)
    assert made.code != closed.code
    assert (made.state_key, made.owner_id, made.opened_by_id) == ("open", ana.id, davi.id)
    assert (made.follow_up_of_id, made.root_id, made.analyst_id) == (closed.id, closed.id, heitor.id)
    people = select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == made.id)
    assert set(db.session.scalars(people)) == {davi.id}
    said = thread.of(thread.chain_of(made), notes=False)
    assert [entry.message.text for entry in said.entries if entry.message] == ["Use o menu Relatórios."]
    assert [entry.ticket.id for entry in said.entries if entry.ticket] == [closed.id, made.id]
    assert closed.state_key == "closed"


def test_a_closed_ticket_has_one_follow_up_however_often_it_is_asked_for(ana: Person, carla: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    first = opening.follow_up(closed, Words(text="Voltou."), by=ana)
    assert opening.follow_up(closed, Words(text="Voltou mesmo."), by=carla) is first
    assert opening.next_of(closed) is first


def test_an_open_ticket_takes_replies_not_follow_ups(ana: Person) -> None:
    with pytest.raises(opening.NotClosed):
        opening.follow_up(make.ticket(owner=ana), Words(text="E agora?"), by=ana)


def test_b03_nobody_else_follows_up(ana: Person, bruno: Person, heitor: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    with pytest.raises(Missing):
        opening.follow_up(closed, Words(text="Oi."), by=bruno)
    with pytest.raises(Exception, match="proprietário"):
        opening.follow_up(closed, Words(text="Oi."), by=heitor)


def test_the_follow_up_of_someone_who_left_is_the_opener_s(ana: Person, carla: Person) -> None:
    closed = make.ticket(owner=ana, state="closed")
    membership(ana).ended_at = clock.now()
    assert opening.follow_up(closed, Words(text="Voltou."), by=carla).owner_id == carla.id
