"""Files sent with a ticket, a message or a note, visible to those who may see it.

The route has validated them and put their bytes in the store. This module inserts their rows in the
transaction of the operation, so that a refused operation leaves none.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, select

from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.files import storing
from ideas.files.accepting import Accepted
from ideas.files.models import File
from ideas.tickets.models import TicketFile

#: Files per form.
MAX_FILES = 5


class TooManyFiles(Refused):
    """The form has more than MAX_FILES files."""

    message = N_("Envie no máximo %(most)d arquivos de cada vez.")
    status = 422

    def __init__(self) -> None:
        super().__init__(most=MAX_FILES)


class StoredUpload(NamedTuple):
    """A validated file, and the key of its bytes in the store."""

    accepted: Accepted
    key: str


class AttachedTo(NamedTuple):
    """The row that a file belongs to: "ticket" (its description), "message" or "note", and the id."""

    what: str
    id: int


def attach(files: Sequence[StoredUpload], *, ticket_id: int, by: Person, message_id: int | None = None,
         note_id: int | None = None) -> None:  # fmt: skip
    """Insert the files' rows: for a message, a note or, with neither, the ticket's description. Raises TooManyFiles."""
    if len(files) > MAX_FILES:
        raise TooManyFiles
    for upload in files:
        file = storing.save(upload.accepted, by=by.id, key=upload.key)
        db.session.add(TicketFile(file_id=file.id, ticket_id=ticket_id, message_id=message_id, note_id=note_id))
    db.session.flush()


def files_of(tickets: Collection[int], *, notes: bool) -> Mapping[AttachedTo, list[File]]:
    """The files of these tickets that are not hidden, by the row they belong to: one statement."""
    found: dict[AttachedTo, list[File]] = defaultdict(list)
    for file, link in db.session.execute(_query(tickets, notes=notes).order_by(File.id)):
        if file.is_visible:
            found[_attached_to(link)].append(file)
    return found


def file_of(tickets: Collection[int], file_id: int, *, notes: bool) -> File | None:
    """One file of these tickets, or None if there is none or it is hidden: one statement."""
    row = db.session.execute(_query(tickets, notes=notes).where(File.id == file_id)).first()
    return row[0] if row is not None and row[0].is_visible else None


def _query(tickets: Collection[int], *, notes: bool) -> Select[File, TicketFile]:
    """Files of notes only if `notes` is true."""
    query = select(File, TicketFile).join(TicketFile, TicketFile.file_id == File.id)
    query = query.where(TicketFile.ticket_id.in_(tickets))
    return query if notes else query.where(TicketFile.note_id.is_(None))


def _attached_to(link: TicketFile) -> AttachedTo:
    if link.note_id is not None:
        return AttachedTo("note", link.note_id)
    return (
        AttachedTo("message", link.message_id) if link.message_id is not None else AttachedTo("ticket", link.ticket_id)
    )
