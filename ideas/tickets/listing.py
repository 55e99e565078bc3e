"""The tickets a person may see, a page at a time, the last changed first; and how many wait in each state.

Lists for a company's people are those of the company they act for; an analyst's are of their queues.
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

#: Tickets on one page.
SIZE = 25


class Which(StrEnum):
    """Which of the tickets that a person sees."""

    MINE = "meus"
    COMPANY = "empresa"
    QUEUE = "fila"
    WITH_ME = "comigo"


@dataclass(frozen=True)
class Reader:
    """Who lists, for which company, and what they are."""

    person: Person
    company: Company | None
    administers: bool
    is_analyst: bool

    @property
    def lists(self) -> list[Which]:
        """The lists this reader has, the first the one they come for."""
        analysts = [Which.QUEUE, Which.WITH_ME] if self.is_analyst else []
        return [*analysts, *([Which.MINE] if self.company else []), *([Which.COMPANY] if self.administers else [])]


class Cursor(NamedTuple):
    """The last ticket of the page before."""

    at: datetime
    id: int


class Count(NamedTuple):
    """A state, and how many tickets stand in it; None for those that are over, which nobody counts."""

    state: TicketState
    tickets: int | None


def page(reader: Reader, which: Which, state: str | None, after: Cursor | None) -> Sequence[Ticket]:
    """SIZE + 1 tickets at most, with what a list shows of them: one statement. `state` None: those not over."""
    wanted = _OPEN if state is None else Ticket.state_key == state
    asked = _among(select(Ticket), reader, which).where(wanted)
    if after is not None:
        same = and_(Ticket.updated_at == after.at, Ticket.id < after.id)
        asked = asked.where(or_(Ticket.updated_at < after.at, same))
    asked = asked.order_by(Ticket.updated_at.desc(), Ticket.id.desc()).limit(SIZE + 1)
    return db.session.scalars(asked.options(*_SHOWN)).all()


def counts(reader: Reader, which: Which) -> list[Count]:
    """Each state in its order, with how many of these tickets stand in it: for this reader only, one statement."""
    mine = _among(select(Ticket.state_key, func.count().label("tickets")), reader, which)
    counted = mine.where(_OPEN).group_by(Ticket.state_key).subquery()
    asked = select(TicketState, counted.c.tickets).outerjoin(counted, counted.c.state_key == TicketState.key)
    rows = db.session.execute(asked.order_by(TicketState.position))
    return [Count(state, (tickets or 0) if state.phase == "open" else None) for state, tickets in rows]


#: The states that are not over, written out so that an index serves them.
_OPEN = Ticket.state_key.in_(("open", "in_progress", "awaiting_customer", "awaiting_customer_validation"))
_SHOWN = (
    joinedload(Ticket.state, innerjoin=True),
    joinedload(Ticket.type, innerjoin=True),
    joinedload(Ticket.owner, innerjoin=True),
    joinedload(Ticket.company, innerjoin=True),
    joinedload(Ticket.analyst),
    joinedload(Ticket.product),
)


def _among(asked: Any, reader: Reader, which: Which) -> Any:
    """The rows of that list which the reader may see."""
    me = reader.person.id
    if which in {Which.QUEUE, Which.WITH_ME}:
        asked = asked.where(Ticket.in_queue_of(me))
        return asked.where(Ticket.analyst_id == me) if which is Which.WITH_ME else asked
    company_id = reader.company.id if reader.company else None
    asked = asked.where(Ticket.company_id == company_id, Ticket.seen_as_customer(me))
    return asked.where(_takes_part(me)) if which is Which.MINE else asked


def _takes_part(person_id: int) -> ColumnElement[bool]:
    among = exists().where(TicketParticipant.ticket_id == Ticket.id, TicketParticipant.person_id == person_id)
    return or_(Ticket.owner_id == person_id, among)
