"""Loading a ticket for whoever asks: for everyone else it is not there."""

from flask import abort
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket
from ideas.web.person import me

_SHOWN = (
    joinedload(Ticket.state, innerjoin=True),
    joinedload(Ticket.type, innerjoin=True),
    joinedload(Ticket.owner, innerjoin=True),
    joinedload(Ticket.company, innerjoin=True),
    joinedload(Ticket.analyst),
    joinedload(Ticket.product),
    joinedload(Ticket.module),
)


def ticket_or_404(code: str) -> Ticket:
    """The ticket of that code, with what its page shows, if the asker may see it; one 404 for all others."""
    asked = Ticket.visible_to(me()).where(Ticket.code == code).options(*_SHOWN)
    ticket = db.session.scalar(asked.execution_options(populate_existing=True))
    return ticket if ticket is not None else abort(404)
