"""All that was said and done on a ticket, oldest first: messages, steps and, for analysts, notes.

A follow-up carries the history of the tickets it goes on from: their descriptions, messages and
steps stand before its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket, TicketMessage, TicketNote, TicketStep

#: Messages on one page; earlier ones are a page back.
PAGE = 60


class Entry(NamedTuple):
    """One thing on the thread: a ticket's beginning, a message, a note or a step."""

    at: datetime
    ticket: Ticket | None = None
    message: TicketMessage | None = None
    note: TicketNote | None = None
    step: TicketStep | None = None


@dataclass(frozen=True)
class Thread:
    """A page of the thread, and the message that earlier ones come before, if there are any."""

    entries: Sequence[Entry]
    earlier: int | None = None


def chain_of(ticket: Ticket) -> Sequence[Ticket]:
    """The ticket and those it goes on from, oldest first: one statement."""
    asked = select(Ticket).where(Ticket.root_id == ticket.root_id, Ticket.id <= ticket.id)
    return db.session.scalars(asked.options(joinedload(Ticket.owner, innerjoin=True)).order_by(Ticket.id)).all()


def of(chain: Sequence[Ticket], *, notes: bool, before: int | None = None) -> Thread:
    """A page of the chain's thread, the last one unless `before` names a message: two statements, three with notes."""
    numbers = [ticket.id for ticket in chain]
    messages = db.session.scalars(_messages(numbers, before)).all()
    shown = messages[:PAGE][::-1]
    earlier = shown[0].id if len(messages) > PAGE else None
    since = shown[0].at if earlier else None
    until = db.session.scalar(select(TicketMessage.at).where(TicketMessage.id == before)) if before else None
    among = [*_beginnings(chain), *_steps(numbers), *(_notes(numbers) if notes else [])]
    entries = [Entry(message.at, message=message) for message in shown]
    entries += [one for one in among if (since is None or one.at >= since) and (until is None or one.at < until)]
    return Thread(sorted(entries, key=lambda entry: entry.at), earlier)


def _beginnings(chain: Sequence[Ticket]) -> Iterable[Entry]:
    return (Entry(ticket.opened_at, ticket=ticket) for ticket in chain)


def _messages(numbers: Sequence[int], before: int | None) -> Select[TicketMessage]:
    asked = _with_author(TicketMessage).where(TicketMessage.ticket_id.in_(numbers))
    if before is not None:
        asked = asked.where(TicketMessage.id < before)
    return asked.order_by(TicketMessage.id.desc()).limit(PAGE + 1)


def _with_author(table: type[TicketMessage]) -> Select[TicketMessage]:
    return select(table).options(joinedload(table.author, innerjoin=True))


def _notes(numbers: Sequence[int]) -> Iterable[Entry]:
    asked = select(TicketNote).where(TicketNote.ticket_id.in_(numbers))
    notes = db.session.scalars(asked.options(joinedload(TicketNote.author, innerjoin=True)).order_by(TicketNote.id))
    return (Entry(note.at, note=note) for note in notes)


def _steps(numbers: Sequence[int]) -> Iterable[Entry]:
    asked = select(TicketStep).where(TicketStep.ticket_id.in_(numbers)).order_by(TicketStep.id)
    shown = (joinedload(TicketStep.by), joinedload(TicketStep.person), joinedload(TicketStep.to_state))
    return (Entry(step.at, step=step) for step in db.session.scalars(asked.options(*shown)))
