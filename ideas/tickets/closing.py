"""Closing what waited long enough: solved tickets, and solutions that nobody answered.

A ticket closes after the end of its last day in São Paulo, never a minute early. Each is closed in
a transaction of its own, under its row's lock, looked at anew: killed anywhere and run again, what
was closed stays closed once, and a reply that came first keeps its ticket open. Run every hour, so
that a worker that was down at midnight closes a little later, not a day later.
"""

from datetime import date

from sqlalchemy import Select, select

from ideas import clock, jobs
from ideas.db import db
from ideas.modes import Mode, in_mode
from ideas.tickets import locking, progressing
from ideas.tickets.models import Side, Ticket

#: Tickets looked for at once.
CHUNK = 200


@jobs.scheduled("tickets.close", "5 * * * *")
def close_due() -> None:
    """Close every ticket whose last day is over. Commits after each; safe to run again, and beside itself."""
    today = clock.date_in_sao_paulo(clock.now())
    with in_mode(Mode.WRITE):
        while waiting := db.session.scalars(_due(today)).all():
            db.session.commit()
            for ticket_id in waiting:
                _close(ticket_id, today)
                db.session.commit()


def _close(ticket_id: int, today: date) -> None:
    ticket = locking.take(db.session.get_one(Ticket, ticket_id))
    if ticket.stays_until is None or ticket.stays_until >= today:
        return
    progressing.step(ticket, progressing.CLOSED, side=Side.PORTAL, by=None)
    progressing.record("ticket_state_changed", ticket, by=None, **progressing.facts_of(ticket.state))


def _due(today: date) -> Select[int]:
    return select(Ticket.id).where(Ticket.stays_until < today).order_by(Ticket.stays_until, Ticket.id).limit(CHUNK)
