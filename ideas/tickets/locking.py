"""Lock a ticket's row for this transaction, then read it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket


def take(ticket: Ticket) -> Ticket:
    """Lock the ticket until the transaction ends, and return it refreshed, with its state and type.

    The lock is a statement of its own: with a join, PostgreSQL could return a changed row with its old state.
    """
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update())
    return db.session.execute(
        select(Ticket)
        .where(Ticket.id == ticket.id)
        .options(joinedload(Ticket.state, innerjoin=True), joinedload(Ticket.type, innerjoin=True))
        .execution_options(populate_existing=True)
    ).scalar_one()
