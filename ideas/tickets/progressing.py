"""Take a ticket from one state to another. Which side may take which step stands in the transitions.

How long a ticket may stay in a state stands in the state's row, in working days: São Paulo's dates
and national holidays. The day it began is not counted; the last one is kept whole.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording
from ideas.tickets import locking, roles
from ideas.tickets.models import Side, StepKind, Ticket, TicketState, TicketStep, TicketTransition

OPEN, IN_PROGRESS = "open", "in_progress"
VALIDATION, CLOSED = "awaiting_customer_validation", "closed"


class TicketClosed(Refused):
    """A closed ticket is not reopened."""

    message = N_("Este chamado está fechado. Se ficou alguma dúvida, abra um acompanhamento dele.")


class NoSuchStep(Refused):
    """The side may not take the ticket there from where it stands now."""

    message = N_("O chamado mudou de situação enquanto isso, e este passo já não cabe. Veja como ele está agora.")


def advance(ticket: Ticket, to_key: str, *, by: Person) -> None:
    """Take the ticket to that state, and tell of it; already there, nothing changes.

    Raises NoSuchStep; Missing for whoever may not see it.
    """
    ticket = locking.take(ticket)
    side = roles.of(by, ticket).side
    if ticket.state_key == to_key:
        return
    step(ticket, to_key, side=side, by=by)
    record("ticket_state_changed", ticket, by=by, **facts_of(ticket.state))


def step(ticket: Ticket, to_key: str, *, side: Side, by: Person | None) -> None:
    """Take a locked ticket to another state, without a word about it. Raises NoSuchStep."""
    state = _reachable(ticket, to_key, side)
    db.session.add(
        TicketStep(
            ticket_id=ticket.id,
            what=StepKind.STATE,
            by_id=by.id if by else None,
            from_key=ticket.state_key,
            to_key=to_key,
        )
    )
    now = clock.now()
    ticket.state, ticket.state_key = state, to_key
    ticket.stays_until = last_day(clock.date_in_sao_paulo(now), state.working_days)
    ticket.closed_at = now if to_key == CLOSED else None
    touch(ticket)


def last_day(began_on: date, working_days: int | None) -> date | None:
    """The last day of so many working days after that one; that day itself for none; None for no limit."""
    if working_days is None:
        return None
    return clock.nth_working_day(began_on, working_days) if working_days else began_on


def steps_from(ticket: Ticket, side: Side) -> Sequence[TicketState]:
    """The states that the side may take the ticket to, in their order: one statement."""
    asked = select(TicketState).join(TicketTransition, TicketTransition.to_key == TicketState.key)
    asked = asked.where(TicketTransition.from_key == ticket.state_key, TicketTransition.side == side.value)
    return db.session.scalars(asked.order_by(TicketState.position)).all()


def touch(ticket: Ticket) -> None:
    """Note that something happened that the ticket's customers see."""
    ticket.updated_at = clock.now()
    db.session.flush()


def record(name: str, ticket: Ticket, *, by: Person | None, thing: str = "ticket", **facts: Any) -> None:
    """Write the event down, with what every one about a ticket says."""
    recording.record(
        name,
        thing=thing,
        thing_id=ticket.id,
        by=by.id if by else None,
        code=ticket.code,
        subject=ticket.subject,
        **facts,
    )


def facts_of(state: TicketState) -> dict[str, Any]:
    """What an event says of the state that a ticket came to."""
    return {"to_key": state.key, "to_names": {"pt-BR": state.name_pt, "es": state.name_es, "en": state.name_en}}


def _reachable(ticket: Ticket, to_key: str, side: Side) -> TicketState:
    state = next((state for state in steps_from(ticket, side) if state.key == to_key), None)
    if state is None:
        raise NoSuchStep
    return state
