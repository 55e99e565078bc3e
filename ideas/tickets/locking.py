"""A ticket's row, taken for this transaction: lock, then look."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket


def take(ticket: Ticket) -> Ticket:
    """The ticket as it is now, with its state and type; nobody else changes it until the transaction ends.

    Locked by itself first: PostgreSQL would join a row that changed meanwhile to its state of before.
    """
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update())
    return db.session.execute(
        select(Ticket)
        .where(Ticket.id == ticket.id)
        .options(joinedload(Ticket.state, innerjoin=True), joinedload(Ticket.type, innerjoin=True))
        .execution_options(populate_existing=True)
    ).scalar_one()
