"""Say something to everyone of a ticket; note something among its analysts."""

from dataclasses import dataclass

from ideas import sql
from ideas.accounts.models import Person
from ideas.db import db
from ideas.tickets import assigning, attaching, locking, progressing, roles
from ideas.tickets.attaching import Sent
from ideas.tickets.models import Side, Ticket, TicketMessage, TicketNote

#: The longest message, in characters.
LONGEST = 10_000


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was written: a text as typed (Markdown), 1 to LONGEST characters."""

    text: str
    #: The language it is written in: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The form's own: sent twice, it says it once.
    client_token: str | None = None
    files: tuple[Sent, ...] = ()


def reply(ticket: Ticket, words: Words, *, by: Person, then: str | None = None) -> TicketMessage:
    """The message, and the step that it is: told as one. The first one if this form was sent before.

    A customer's reply takes the ticket back to the vendor, where that is a step. An analyst's takes it
    to the state `then`; a new ticket is thereby begun, and looked after by them if by nobody yet.
    Raises TicketClosed, NoSuchStep, TooMany; Missing for whoever may not see it.
    """
    ticket = locking.take(ticket)
    side = roles.of(by, ticket).side
    if (first := sql.sent_before(TicketMessage, words.client_token, TicketMessage.author_id == by.id)) is not None:
        return first
    if ticket.is_closed:
        raise progressing.TicketClosed
    message = _say(ticket, words, by, side)
    attaching.keep(words.files, ticket_id=ticket.id, by=by, message_id=message.id)
    if side is Side.ANALYST and ticket.analyst_id is None:
        assigning.note_analyst(ticket, by, by=by)
    moved = _move(ticket, side, then, by)
    facts = progressing.facts_of(ticket.state) if moved else {}
    progressing.touch(ticket)
    progressing.record("ticket_replied", ticket, by=by, message_id=message.id, **facts)
    return message


def note(ticket: Ticket, words: Words, *, by: Person) -> TicketNote:
    """The internal note, seen by the analysts of the ticket's queue alone; the first one if sent before.

    Raises NotAnalysts, TooMany; Missing for whoever may not see the ticket.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    if (first := sql.sent_before(TicketNote, words.client_token, TicketNote.author_id == by.id)) is not None:
        return first
    made = TicketNote(
        ticket_id=ticket.id,
        author_id=by.id,
        text=words.text,
        language=words.language,
        client_token=words.client_token,
    )
    db.session.add(made)
    db.session.flush()
    attaching.keep(words.files, ticket_id=ticket.id, by=by, note_id=made.id)
    progressing.record("ticket_noted", ticket, by=by, thing="ticket_note", note_id=made.id)
    return made


def _say(ticket: Ticket, words: Words, by: Person, side: Side) -> TicketMessage:
    message = TicketMessage(
        ticket_id=ticket.id,
        author_id=by.id,
        text=words.text,
        language=words.language,
        is_vendors=side is Side.ANALYST,
        client_token=words.client_token,
    )
    db.session.add(message)
    db.session.flush()
    return message


def _move(ticket: Ticket, side: Side, then: str | None, by: Person) -> bool:
    """Whether the ticket came to another state."""
    if side is Side.CUSTOMER:
        open_ways = {state.key for state in progressing.steps_from(ticket, side)}
        then = progressing.IN_PROGRESS if progressing.IN_PROGRESS in open_ways else None
    elif then is None and ticket.state_key == progressing.OPEN:
        then = progressing.IN_PROGRESS
    if then is None or then == ticket.state_key:
        return False
    progressing.step(ticket, then, side=side, by=by)
    return True
