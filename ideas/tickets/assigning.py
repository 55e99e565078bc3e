"""The analyst responsible for a ticket."""

from collections.abc import Sequence

from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.tickets import locking, progressing, roles
from ideas.tickets.models import StepKind, Ticket, TicketStep


class NotInAnalystsQueue(Refused):
    """The analyst does not answer tickets of this type and product."""

    message = N_("Esta pessoa não atende a fila deste chamado. Escolha alguém da fila.")


def assign(ticket: Ticket, analyst: Person, *, by: Person) -> None:
    """Make the analyst responsible for the ticket. Idempotent; `by` may be the same person.

    Raises NotInAnalystsQueue, NotQueueAnalyst; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    if not db.session.scalar(select(Ticket.in_queue_of(analyst.id)).where(Ticket.id == ticket.id)):
        raise NotInAnalystsQueue
    if ticket.analyst_id == analyst.id:
        return
    set_analyst(ticket, analyst, by=by)
    progressing.touch(ticket)
    progressing.record("ticket_assigned", ticket, by=by, analyst_id=analyst.id)


def set_analyst(ticket: Ticket, analyst: Person, *, by: Person) -> None:
    """Set the analyst of a locked ticket, and record the step."""
    ticket.analyst_id = analyst.id
    db.session.add(TicketStep(ticket_id=ticket.id, what=StepKind.ANALYST, by_id=by.id, person_id=analyst.id))
    db.session.flush()


def analysts_of(ticket: Ticket) -> Sequence[Person]:
    """The analysts who have the ticket in a queue, by name: one statement."""
    query = select(Person).join(Ticket, Ticket.id == ticket.id).where(Person.closed_at.is_(None))
    return db.session.scalars(query.where(Ticket.in_queue_of(Person.id)).order_by(Person.name, Person.id)).all()  # type: ignore[arg-type]
