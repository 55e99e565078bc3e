"""Change a ticket's state. The table ticket_transition says which side may make which transition.

The state's row says how long a ticket may stay in it, in working days by São Paulo's dates and national
holidays. The first day does not count; the last day ends at midnight.
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


class TransitionNotAllowed(Refused):
    """The side may not make this transition from the ticket's current state."""

    message = N_("O chamado mudou de situação enquanto isso, e este passo já não cabe. Veja como ele está agora.")


def change_state(ticket: Ticket, to_key: str, *, by: Person) -> None:
    """Change the ticket's state, and notify. Idempotent.

    Raises TransitionNotAllowed; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    side = roles.roles_of(by, ticket).side
    if ticket.state_key == to_key:
        return
    apply_transition(ticket, to_key, side=side, by=by)
    record("ticket_state_changed", ticket, by=by, **state_facts(ticket.state))


def apply_transition(ticket: Ticket, to_key: str, *, side: Side, by: Person | None) -> None:
    """Change the state of a locked ticket without an event. Raises TransitionNotAllowed."""
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


def last_day(start: date, working_days: int | None) -> date | None:
    """The day that many working days after `start`; `start` itself for 0; None for no limit."""
    if working_days is None:
        return None
    return clock.nth_working_day(start, working_days) if working_days else start


def next_states(ticket: Ticket, side: Side) -> Sequence[TicketState]:
    """The states that the side may set next, in their order: one statement."""
    query = select(TicketState).join(TicketTransition, TicketTransition.to_key == TicketState.key)
    query = query.where(TicketTransition.from_key == ticket.state_key, TicketTransition.side == side.value)
    return db.session.scalars(query.order_by(TicketState.position)).all()


def touch(ticket: Ticket) -> None:
    """Set `updated_at`: something changed that the ticket's customers can see."""
    ticket.updated_at = clock.now()
    db.session.flush()


def record(name: str, ticket: Ticket, *, by: Person | None, thing: str = "ticket", **facts: Any) -> None:
    """Record an event with the facts that every ticket event has."""
    recording.record(
        name,
        thing=thing,
        thing_id=ticket.id,
        by=by.id if by else None,
        code=ticket.code,
        subject=ticket.subject,
        **facts,
    )


def state_facts(state: TicketState) -> dict[str, Any]:
    """The facts of an event about the ticket's new state."""
    return {"to_key": state.key, "to_names": {"pt-BR": state.name_pt, "es": state.name_es, "en": state.name_en}}


def _reachable(ticket: Ticket, to_key: str, side: Side) -> TicketState:
    state = next((state for state in next_states(ticket, side) if state.key == to_key), None)
    if state is None:
        raise TransitionNotAllowed
    return state
