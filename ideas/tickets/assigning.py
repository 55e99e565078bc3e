"""Which analyst looks after a ticket."""

from collections.abc import Sequence

from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.tickets import locking, progressing, roles
from ideas.tickets.models import StepKind, Ticket, TicketStep


class NotInTheirQueue(Refused):
    """The analyst does not answer tickets of this type and product."""

    message = N_("Esta pessoa não atende a fila deste chamado. Escolha alguém da fila.")


def assign(ticket: Ticket, analyst: Person, *, by: Person) -> None:
    """Let that analyst look after the ticket; `by` may be the same. Changes nothing when they do already.

    Raises NotInTheirQueue, NotAnalysts; Missing for whoever may not see it.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    if not db.session.scalar(select(Ticket.in_queue_of(analyst.id)).where(Ticket.id == ticket.id)):
        raise NotInTheirQueue
    if ticket.analyst_id == analyst.id:
        return
    note_analyst(ticket, analyst, by=by)
    progressing.touch(ticket)
    progressing.record("ticket_assigned", ticket, by=by, analyst_id=analyst.id)


def note_analyst(ticket: Ticket, analyst: Person, *, by: Person) -> None:
    """Write on a locked ticket who looks after it, and the step."""
    ticket.analyst_id = analyst.id
    db.session.add(TicketStep(ticket_id=ticket.id, what=StepKind.ANALYST, by_id=by.id, person_id=analyst.id))
    db.session.flush()


def analysts_of(ticket: Ticket) -> Sequence[Person]:
    """The analysts in whose queues the ticket is, by name: one statement."""
    asked = select(Person).join(Ticket, Ticket.id == ticket.id).where(Person.closed_at.is_(None))
    return db.session.scalars(asked.where(Ticket.in_queue_of(Person.id)).order_by(Person.name, Person.id)).all()  # type: ignore[arg-type]
