"""The states of a ticket: who takes which step, what a reply does, and the database's own word."""

from itertools import pairwise

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import Missing
from ideas.tickets import assigning, conversing, progressing
from ideas.tickets.conversing import Words
from ideas.tickets.models import StepKind, Ticket, TicketStep
from ideas.tickets.progressing import NoSuchStep, TicketClosed
from tests import make

VALIDATION = "awaiting_customer_validation"


@pytest.mark.parametrize(
    ("stands", "then"),
    [("open", "open"), ("in_progress", "in_progress"), ("awaiting_customer", "in_progress"),
     (VALIDATION, "in_progress"), ("resolved", "in_progress")],
)  # fmt: skip
def test_a_customer_s_reply_gives_the_turn_back(stands: str, then: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=stands)
    make.reply(ticket, ana)
    assert ticket.state_key == then
    assert (ticket.stays_until is None) == (then not in {VALIDATION, "resolved"})


def test_confirming_solves_it_and_it_closes_the_next_day(ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=VALIDATION)
    progressing.advance(ticket, "resolved", by=ana)
    assert (ticket.state_key, ticket.stays_until) == ("resolved", clock.date_in_sao_paulo(clock.now()))


def test_a_new_ticket_is_begun_by_the_analyst_s_first_reply(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana)
    make.reply(ticket, heitor)
    assert (ticket.state_key, ticket.analyst_id) == ("in_progress", heitor.id)


def test_an_analyst_asks_proposes_and_takes_back(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana, analyst_id=heitor.id)
    for then in ("awaiting_customer", VALIDATION, "in_progress"):
        make.reply(ticket, heitor, then)
        assert ticket.state_key == then
    make.reply(ticket, heitor)
    assert ticket.state_key == "in_progress", "it stays where it is"


@pytest.mark.parametrize(
    ("who", "stands", "to"),
    [("heitor", VALIDATION, "resolved"), ("heitor", "in_progress", "closed"), ("ana", VALIDATION, "closed"),
     ("ana", "open", VALIDATION), ("ana", "in_progress", "awaiting_customer"), ("heitor", "resolved", "closed"),
     ("heitor", "open", "no-such-state"), ("ana", "open", "")],
)  # fmt: skip
def test_what_is_no_step_of_theirs_is_refused(who: str, stands: str, to: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=stands)
    with pytest.raises(NoSuchStep):
        progressing.advance(ticket, to, by=make.person(who))
    assert ticket.state_key == stands


def test_a_closed_ticket_takes_no_reply_and_no_step(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana, state="closed")
    for one in (ana, heitor):
        with pytest.raises(TicketClosed):
            make.reply(ticket, one)
        with pytest.raises(NoSuchStep):
            progressing.advance(ticket, "in_progress", by=one)


def test_the_database_itself_reopens_no_closed_ticket(ana: Person) -> None:
    ticket = make.ticket(owner=ana, state="closed")
    with pytest.raises(IntegrityError, match="not reopened"):
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(state_key="open", closed_at=None))


@pytest.mark.parametrize("wrong", ["state_key = 'resolved'", "stays_until = '2026-01-01'", "product_id = NULL"])
def test_the_database_keeps_a_ticket_whole(wrong: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE ticket SET {wrong} WHERE id = {ticket.id}"))


def test_b03_the_database_lets_nobody_own_another_company_s_ticket(ana: Person, bruno: Person) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(owner_id=bruno.id))


def test_every_step_is_written_down_once(ana: Person, heitor: Person) -> None:
    ticket, other = make.ticket(owner=ana), make.ticket(owner=ana)
    make.reply(ticket, heitor, VALIDATION)
    progressing.advance(ticket, "resolved", by=ana)
    progressing.advance(ticket, "resolved", by=ana)
    steps = db.session.query(TicketStep).filter_by(what=StepKind.STATE).order_by(TicketStep.id).all()
    assert [(step.ticket_id, step.from_key, step.to_key, step.by_id) for step in steps] == [
        (ticket.id, "open", VALIDATION, heitor.id),
        (ticket.id, VALIDATION, "resolved", ana.id),
    ]
    assert other.state_key == "open"


def test_two_replies_and_a_confirmation_at_once_end_in_one_of_their_orders(ana: Person, at_once) -> None:
    ticket_id, person = make.ticket(owner=ana, state=VALIDATION).id, ana.id

    def act(place: int) -> None:
        ticket, by = db.session.get_one(Ticket, ticket_id), db.session.get_one(Person, person)
        if place == 0:
            progressing.advance(ticket, "resolved", by=by)
        else:
            make.reply(ticket, by)
        db.session.commit()

    at_once(3, act)
    ticket = db.session.get_one(Ticket, ticket_id)
    steps = db.session.query(TicketStep).order_by(TicketStep.id).all()
    assert ticket.state_key == steps[-1].to_key
    assert all(before.to_key == after.from_key for before, after in pairwise(steps))


def test_b08_v8_3_1_only_the_analysts_of_its_queue_act_on_a_ticket(ana: Person, heitor: Person) -> None:
    """Another product's: no queue of Heitor's. Managers, moderators and operators have none at all."""
    ticket = make.ticket(owner=ana, product="rh")
    for who in ("heitor", "elisa", "fabio", "iris", "bruno"):
        one = make.person(who)
        for deed in (
            lambda one=one: make.reply(ticket, one),
            lambda one=one: conversing.note(ticket, Words(text="Nota."), by=one),
            lambda one=one: progressing.advance(ticket, "in_progress", by=one),
            lambda one=one: assigning.assign(ticket, one, by=one),
        ):
            with pytest.raises(Missing):
                deed()
    assert db.session.query(TicketStep).count() == 0


def test_an_analyst_is_given_no_ticket_of_a_queue_that_is_not_theirs(
    ana: Person, heitor: Person, fabio: Person
) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(assigning.NotInTheirQueue):
        assigning.assign(ticket, fabio, by=heitor)
    assert [one.id for one in assigning.analysts_of(ticket)] == [heitor.id]
    assert assigning.analysts_of(make.ticket(owner=ana, product="rh")) == []
    assert [one.id for one in assigning.analysts_of(make.ticket(owner=ana, product=None))] == [heitor.id]
