"""Messages to everyone on a ticket, and notes among its analysts."""

from dataclasses import dataclass

from ideas import sql
from ideas.accounts.models import Person
from ideas.db import db
from ideas.tickets import assigning, attaching, locking, progressing, roles
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.models import Side, Ticket, TicketMessage, TicketNote

#: In characters.
MAX_TEXT_LENGTH = 10_000


@dataclass(frozen=True, kw_only=True)
class TicketText:
    """A submitted text in Markdown, 1 to MAX_TEXT_LENGTH characters, and its files."""

    text: str
    #: The language of the text: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The form's idempotency token: submitting the form twice inserts one row.
    client_token: str | None = None
    files: tuple[StoredUpload, ...] = ()


def reply(ticket: Ticket, new: TicketText, *, by: Person, then: str | None = None) -> TicketMessage:
    """Insert a message, change the state with it, and notify of both in one event. Idempotent by the client token.

    A customer's reply sets the ticket in progress if that transition exists. An analyst's reply sets the
    state `then`, or sets a new ticket in progress, and assigns the ticket to them if it has no analyst.
    Raises TicketClosed, TransitionNotAllowed, TooManyFiles; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    side = roles.roles_of(by, ticket).side
    if (first := sql.sent_before(TicketMessage, new.client_token, TicketMessage.author_id == by.id)) is not None:
        return first
    if ticket.is_closed:
        raise progressing.TicketClosed
    message = _add_message(ticket, new, by, side)
    attaching.attach(new.files, ticket_id=ticket.id, by=by, message_id=message.id)
    if side is Side.ANALYST and ticket.analyst_id is None:
        assigning.set_analyst(ticket, by, by=by)
    changed = _change_state(ticket, side, then, by)
    facts = progressing.state_facts(ticket.state) if changed else {}
    progressing.touch(ticket)
    progressing.record("ticket_replied", ticket, by=by, message_id=message.id, **facts)
    return message


def add_note(ticket: Ticket, new: TicketText, *, by: Person) -> TicketNote:
    """Insert an internal note, visible only to the analysts of the ticket's queue. Idempotent by the client token.

    Raises NotQueueAnalyst, TooManyFiles; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    if (first := sql.sent_before(TicketNote, new.client_token, TicketNote.author_id == by.id)) is not None:
        return first
    note = TicketNote(
        ticket_id=ticket.id,
        author_id=by.id,
        text=new.text,
        language=new.language,
        client_token=new.client_token,
    )
    db.session.add(note)
    db.session.flush()
    attaching.attach(new.files, ticket_id=ticket.id, by=by, note_id=note.id)
    progressing.record("ticket_noted", ticket, by=by, thing="ticket_note", note_id=note.id)
    return note


def _add_message(ticket: Ticket, new: TicketText, by: Person, side: Side) -> TicketMessage:
    message = TicketMessage(
        ticket_id=ticket.id,
        author_id=by.id,
        text=new.text,
        language=new.language,
        is_vendors=side is Side.ANALYST,
        client_token=new.client_token,
    )
    db.session.add(message)
    db.session.flush()
    return message


def _change_state(ticket: Ticket, side: Side, then: str | None, by: Person) -> bool:
    """Change the state as the reply requires. Return whether it changed."""
    if side is Side.CUSTOMER:
        reachable = {state.key for state in progressing.next_states(ticket, side)}
        then = progressing.IN_PROGRESS if progressing.IN_PROGRESS in reachable else None
    elif then is None and ticket.state_key == progressing.OPEN:
        then = progressing.IN_PROGRESS
    if then is None or then == ticket.state_key:
        return False
    progressing.apply_transition(ticket, then, side=side, by=by)
    return True
