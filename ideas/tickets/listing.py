"""The tickets that a person may see, by page, last changed first; and their number in each state.

A customer's lists hold the tickets of the company they act for; an analyst's hold those of their queues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.companies.models import Company
from ideas.db import db
from ideas.tickets.models import Ticket, TicketParticipant, TicketState

#: Tickets per page.
PAGE_SIZE = 25


class TicketList(StrEnum):
    """The lists of tickets; the values are those of the address."""

    MINE = "meus"
    COMPANY = "empresa"
    QUEUE = "fila"
    WITH_ME = "comigo"


@dataclass(frozen=True)
class TicketReader:
    """The person who reads the lists, the company they act for, and their roles."""

    person: Person
    company: Company | None
    administers: bool
    is_analyst: bool

    @property
    def lists(self) -> list[TicketList]:
        """The lists that this reader has; the first is the default."""
        analysts = [TicketList.QUEUE, TicketList.WITH_ME] if self.is_analyst else []
        return [
            *analysts,
            *([TicketList.MINE] if self.company else []),
            *([TicketList.COMPANY] if self.administers else []),
        ]


class TicketCursor(NamedTuple):
    """The last ticket of the previous page."""

    at: datetime
    id: int


class StateCount(NamedTuple):
    """A state and its number of tickets; None for final states, which are not counted."""

    state: TicketState
    tickets: int | None


def page(reader: TicketReader, which: TicketList, state: str | None, after: TicketCursor | None) -> Sequence[Ticket]:
    """At most PAGE_SIZE + 1 tickets in that state, or in any open state for None: one statement."""
    in_state = _OPEN if state is None else Ticket.state_key == state
    query = _in_list(select(Ticket), reader, which).where(in_state)
    if after is not None:
        same = and_(Ticket.updated_at == after.at, Ticket.id < after.id)
        query = query.where(or_(Ticket.updated_at < after.at, same))
    query = query.order_by(Ticket.updated_at.desc(), Ticket.id.desc()).limit(PAGE_SIZE + 1)
    return db.session.scalars(query.options(*_LOADED)).all()


def counts(reader: TicketReader, which: TicketList) -> list[StateCount]:
    """Each state in its order, with its number of tickets in this reader's list: one statement."""
    in_list = _in_list(select(Ticket.state_key, func.count().label("tickets")), reader, which)
    counted = in_list.where(_OPEN).group_by(Ticket.state_key).subquery()
    query = select(TicketState, counted.c.tickets).outerjoin(counted, counted.c.state_key == TicketState.key)
    rows = db.session.execute(query.order_by(TicketState.position))
    return [StateCount(state, (tickets or 0) if state.phase == "open" else None) for state, tickets in rows]


#: The states that are not final, as literals so that the index is used.
_OPEN = Ticket.state_key.in_(("open", "in_progress", "awaiting_customer", "awaiting_customer_validation"))
_LOADED = (
    joinedload(Ticket.state, innerjoin=True),
    joinedload(Ticket.type, innerjoin=True),
    joinedload(Ticket.owner, innerjoin=True),
    joinedload(Ticket.company, innerjoin=True),
    joinedload(Ticket.analyst),
    joinedload(Ticket.product),
)


def _in_list(query: Any, reader: TicketReader, which: TicketList) -> Any:
    """Restrict the query to the tickets of that list."""
    me = reader.person.id
    if which in {TicketList.QUEUE, TicketList.WITH_ME}:
        query = query.where(Ticket.in_queue_of(me))
        return query.where(Ticket.analyst_id == me) if which is TicketList.WITH_ME else query
    company_id = reader.company.id if reader.company else None
    query = query.where(Ticket.company_id == company_id, Ticket.seen_as_customer(me))
    return query.where(_takes_part(me)) if which is TicketList.MINE else query


def _takes_part(person_id: int) -> ColumnElement[bool]:
    among = exists().where(TicketParticipant.ticket_id == Ticket.id, TicketParticipant.person_id == person_id)
    return or_(Ticket.owner_id == person_id, among)
