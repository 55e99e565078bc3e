"""Close tickets whose waiting time is over: resolved ones, and proposed solutions without an answer.

A ticket closes after the end of its last day in São Paulo, never earlier. Each is closed in its own
transaction, and checked again under its row's lock. So the job can be killed and run again: each ticket
closes once, and a reply committed before keeps its ticket open. It runs every hour, so that a worker
that was down at midnight closes tickets an hour late, not a day.
"""

from datetime import date

from sqlalchemy import Select, select

from ideas import clock, jobs
from ideas.db import db
from ideas.modes import Mode, in_mode
from ideas.tickets import locking, progressing
from ideas.tickets.models import Side, Ticket

#: Tickets per query.
CHUNK_SIZE = 200


@jobs.scheduled("tickets.close", "5 * * * *")
def close_due() -> None:
    """Close every ticket whose last day is over. Commits after each; safe to run again, or twice at the same time."""
    today = clock.date_in_sao_paulo(clock.now())
    with in_mode(Mode.WRITE):
        while due := db.session.scalars(_due(today)).all():
            db.session.commit()
            for ticket_id in due:
                _close(ticket_id, today)
                db.session.commit()


def _close(ticket_id: int, today: date) -> None:
    ticket = locking.take(db.session.get_one(Ticket, ticket_id))
    if ticket.stays_until is None or ticket.stays_until >= today:
        return
    progressing.apply_transition(ticket, progressing.CLOSED, side=Side.PORTAL, by=None)
    progressing.record("ticket_state_changed", ticket, by=None, **progressing.state_facts(ticket.state))


def _due(today: date) -> Select[int]:
    return select(Ticket.id).where(Ticket.stays_until < today).order_by(Ticket.stays_until, Ticket.id).limit(CHUNK_SIZE)
