"""The thread of a ticket, oldest first: its messages, its steps and, for analysts, its notes.

A follow-up's thread starts with the descriptions, messages and steps of the tickets before it in the chain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.tickets.models import Ticket, TicketMessage, TicketNote, TicketStep

#: Messages per page; the first page shows the newest.
PAGE_SIZE = 60


class ThreadEntry(NamedTuple):
    """One entry of the thread: a ticket's description, a message, a note or a step."""

    at: datetime
    ticket: Ticket | None = None
    message: TicketMessage | None = None
    note: TicketNote | None = None
    step: TicketStep | None = None


@dataclass(frozen=True)
class Thread:
    """A page of the thread. `earlier` is the id of its first message if there are earlier ones, else None."""

    entries: Sequence[ThreadEntry]
    earlier: int | None = None


def chain_of(ticket: Ticket) -> Sequence[Ticket]:
    """The ticket and those that it follows up, oldest first: one statement."""
    query = select(Ticket).where(Ticket.root_id == ticket.root_id, Ticket.id <= ticket.id)
    return db.session.scalars(query.options(joinedload(Ticket.opened_by, innerjoin=True)).order_by(Ticket.id)).all()


def page(chain: Sequence[Ticket], *, notes: bool, before: int | None = None) -> Thread:
    """A page of the chain's thread: the messages before the id `before`, or the newest.

    Two statements, three with notes; one more with `before`.
    """
    ticket_ids = [ticket.id for ticket in chain]
    messages = db.session.scalars(_messages(ticket_ids, before)).all()
    messages_shown = messages[:PAGE_SIZE][::-1]
    earlier = messages_shown[0].id if len(messages) > PAGE_SIZE else None
    since = messages_shown[0].at if earlier else None
    until = db.session.scalar(select(TicketMessage.at).where(TicketMessage.id == before)) if before else None
    others = [*_descriptions(chain), *_steps(ticket_ids), *(_notes(ticket_ids) if notes else [])]
    entries = [ThreadEntry(message.at, message=message) for message in messages_shown]
    entries += [one for one in others if (since is None or one.at >= since) and (until is None or one.at < until)]
    return Thread(sorted(entries, key=lambda entry: entry.at), earlier)


def _descriptions(chain: Sequence[Ticket]) -> Iterable[ThreadEntry]:
    return (ThreadEntry(ticket.opened_at, ticket=ticket) for ticket in chain)


def _messages(ticket_ids: Sequence[int], before: int | None) -> Select[TicketMessage]:
    query = _with_author(TicketMessage).where(TicketMessage.ticket_id.in_(ticket_ids))
    if before is not None:
        query = query.where(TicketMessage.id < before)
    return query.order_by(TicketMessage.id.desc()).limit(PAGE_SIZE + 1)


def _with_author(table: type[TicketMessage]) -> Select[TicketMessage]:
    return select(table).options(joinedload(table.author, innerjoin=True))


def _notes(ticket_ids: Sequence[int]) -> Iterable[ThreadEntry]:
    query = select(TicketNote).where(TicketNote.ticket_id.in_(ticket_ids))
    notes = db.session.scalars(query.options(joinedload(TicketNote.author, innerjoin=True)).order_by(TicketNote.id))
    return (ThreadEntry(note.at, note=note) for note in notes)


def _steps(ticket_ids: Sequence[int]) -> Iterable[ThreadEntry]:
    query = select(TicketStep).where(TicketStep.ticket_id.in_(ticket_ids)).order_by(TicketStep.id)
    loaded = (joinedload(TicketStep.by), joinedload(TicketStep.person), joinedload(TicketStep.to_state))
    return (ThreadEntry(step.at, step=step) for step in db.session.scalars(query.options(*loaded)))
