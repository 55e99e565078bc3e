"""The states of a ticket: transitions per side, the effect of a reply, and the database's constraints."""

from itertools import pairwise

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import Missing
from ideas.tickets import assigning, conversing, progressing
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import StepKind, Ticket, TicketStep
from ideas.tickets.progressing import TicketClosed, TransitionNotAllowed
from tests import make

VALIDATION = "awaiting_customer_validation"


@pytest.mark.parametrize(
    ("state", "expected"),
    [("open", "open"), ("in_progress", "in_progress"), ("awaiting_customer", "in_progress"),
     (VALIDATION, "in_progress"), ("resolved", "in_progress")],
)  # fmt: skip
def test_a_customer_s_reply_sets_the_ticket_in_progress(state: str, expected: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=state)
    make.reply(ticket, ana)
    assert ticket.state_key == expected
    assert (ticket.stays_until is None) == (expected not in {VALIDATION, "resolved"})


def test_a_confirmed_solution_resolves_the_ticket_until_the_end_of_the_day(ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=VALIDATION)
    progressing.change_state(ticket, "resolved", by=ana)
    assert (ticket.state_key, ticket.stays_until) == ("resolved", clock.date_in_sao_paulo(clock.now()))


def test_an_analyst_s_first_reply_sets_the_ticket_in_progress_and_assigns_it(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana)
    make.reply(ticket, heitor)
    assert (ticket.state_key, ticket.analyst_id) == ("in_progress", heitor.id)


def test_an_analyst_s_reply_sets_the_chosen_state(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana, analyst_id=heitor.id)
    for then in ("awaiting_customer", VALIDATION, "in_progress"):
        make.reply(ticket, heitor, then)
        assert ticket.state_key == then
    make.reply(ticket, heitor)
    assert ticket.state_key == "in_progress", "the state does not change"


@pytest.mark.parametrize(
    ("who", "state", "to"),
    [("heitor", VALIDATION, "resolved"), ("heitor", "in_progress", "closed"), ("ana", VALIDATION, "closed"),
     ("ana", "open", VALIDATION), ("ana", "in_progress", "awaiting_customer"), ("heitor", "resolved", "closed"),
     ("heitor", "open", "no-such-state"), ("ana", "open", "")],
)  # fmt: skip
def test_transitions_of_the_other_side_are_refused(who: str, state: str, to: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=state)
    with pytest.raises(TransitionNotAllowed):
        progressing.change_state(ticket, to, by=make.person(who))
    assert ticket.state_key == state


def test_a_closed_ticket_accepts_no_reply_and_no_transition(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana, state="closed")
    for one in (ana, heitor):
        with pytest.raises(TicketClosed):
            make.reply(ticket, one)
        with pytest.raises(TransitionNotAllowed):
            progressing.change_state(ticket, "in_progress", by=one)


def test_the_database_refuses_to_reopen_a_closed_ticket(ana: Person) -> None:
    ticket = make.ticket(owner=ana, state="closed")
    with pytest.raises(IntegrityError, match="not reopened"):
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(state_key="open", closed_at=None))


@pytest.mark.parametrize("wrong", ["state_key = 'resolved'", "stays_until = '2026-01-01'", "product_id = NULL"])
def test_the_database_refuses_an_inconsistent_ticket(wrong: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE ticket SET {wrong} WHERE id = {ticket.id}"))


def test_b03_the_database_refuses_an_owner_from_another_company(ana: Person, bruno: Person) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(owner_id=bruno.id))


def test_every_transition_is_recorded_once(ana: Person, heitor: Person) -> None:
    ticket, other = make.ticket(owner=ana), make.ticket(owner=ana)
    make.reply(ticket, heitor, VALIDATION)
    progressing.change_state(ticket, "resolved", by=ana)
    progressing.change_state(ticket, "resolved", by=ana)
    steps = db.session.query(TicketStep).filter_by(what=StepKind.STATE).order_by(TicketStep.id).all()
    assert [(step.ticket_id, step.from_key, step.to_key, step.by_id) for step in steps] == [
        (ticket.id, "open", VALIDATION, heitor.id),
        (ticket.id, VALIDATION, "resolved", ana.id),
    ]
    assert other.state_key == "open"


def test_concurrent_replies_and_a_confirmation_are_serialised(ana: Person, at_once) -> None:
    ticket_id, person = make.ticket(owner=ana, state=VALIDATION).id, ana.id

    def act(number: int) -> None:
        ticket, by = db.session.get_one(Ticket, ticket_id), db.session.get_one(Person, person)
        if number == 0:
            progressing.change_state(ticket, "resolved", by=by)
        else:
            make.reply(ticket, by)
        db.session.commit()

    at_once(3, act)
    ticket = db.session.get_one(Ticket, ticket_id)
    steps = db.session.query(TicketStep).order_by(TicketStep.id).all()
    assert ticket.state_key == steps[-1].to_key
    assert all(before.to_key == after.from_key for before, after in pairwise(steps))


def test_b08_v8_3_1_only_analysts_of_the_queue_act_on_a_ticket(ana: Person, heitor: Person) -> None:
    """Heitor has no queue of that product. Managers, moderators and operators have no queues."""
    ticket = make.ticket(owner=ana, product="rh")
    for who in ("heitor", "elisa", "fabio", "iris", "bruno"):
        one = make.person(who)
        for operation in (
            lambda one=one: make.reply(ticket, one),
            lambda one=one: conversing.add_note(ticket, TicketText(text="Nota."), by=one),
            lambda one=one: progressing.change_state(ticket, "in_progress", by=one),
            lambda one=one: assigning.assign(ticket, one, by=one),
        ):
            with pytest.raises(Missing):
                operation()
    assert db.session.query(TicketStep).count() == 0


def test_an_analyst_outside_the_queue_is_not_assigned(ana: Person, heitor: Person, fabio: Person) -> None:
    ticket = make.ticket(owner=ana)
    with pytest.raises(assigning.NotInAnalystsQueue):
        assigning.assign(ticket, fabio, by=heitor)
    assert [one.id for one in assigning.analysts_of(ticket)] == [heitor.id]
    assert assigning.analysts_of(make.ticket(owner=ana, product="rh")) == []
    assert [one.id for one in assigning.analysts_of(make.ticket(owner=ana, product=None))] == [heitor.id]
