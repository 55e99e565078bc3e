"""Load the ticket of an address, or answer 404 if the reader may not see it."""

from flask import abort
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket
from ideas.web.person import me

_LOADED = (
    joinedload(Ticket.state, innerjoin=True),
    joinedload(Ticket.type, innerjoin=True),
    joinedload(Ticket.owner, innerjoin=True),
    joinedload(Ticket.opened_by, innerjoin=True),
    joinedload(Ticket.company, innerjoin=True),
    joinedload(Ticket.analyst),
    joinedload(Ticket.product),
    joinedload(Ticket.module),
)


def ticket_or_404(code: str) -> Ticket:
    """The ticket with that code, with all that its page shows; 404 if the reader may not see it."""
    query = Ticket.visible_to(me()).where(Ticket.code == code).options(*_LOADED)
    ticket = db.session.scalar(query.execution_options(populate_existing=True))
    return ticket if ticket is not None else abort(404)
