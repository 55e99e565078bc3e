"""Files sent with a ticket, a message or a note: seen by whoever sees that.

The edge has judged them and put their bytes in the store; here they get their rows, in the deed's
own transaction, so that a refused deed leaves none.
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

#: Files sent at once.
MOST = 5


class TooMany(Refused):
    """More files than one form takes."""

    message = N_("Envie no máximo %(most)d arquivos de cada vez.")
    status = 422

    def __init__(self) -> None:
        super().__init__(most=MOST)


class Sent(NamedTuple):
    """A file that was judged, and the key of its bytes in the store."""

    accepted: Accepted
    key: str


class Place(NamedTuple):
    """What a file was sent with: "ticket" (its description), "message" or "note", and its id."""

    what: str
    id: int


def keep(files: Sequence[Sent], *, ticket_id: int, by: Person, message_id: int | None = None,
         note_id: int | None = None) -> None:  # fmt: skip
    """Write the files down with what they were sent with. Raises TooMany."""
    if len(files) > MOST:
        raise TooMany
    for sent in files:
        file = storing.keep(sent.accepted, by=by.id, key=sent.key)
        db.session.add(TicketFile(file_id=file.id, ticket_id=ticket_id, message_id=message_id, note_id=note_id))
    db.session.flush()


def files_of(tickets: Collection[int], *, notes: bool) -> Mapping[Place, list[File]]:
    """The files of these tickets that are there, by what they were sent with: one statement."""
    found: dict[Place, list[File]] = defaultdict(list)
    for file, link in db.session.execute(_files(tickets, notes=notes).order_by(File.id)):
        if file.is_shown:
            found[_place(link)].append(file)
    return found


def file_of(tickets: Collection[int], number: int, *, notes: bool) -> File | None:
    """One file of these tickets, if it is there: one statement."""
    row = db.session.execute(_files(tickets, notes=notes).where(File.id == number)).first()
    return row[0] if row is not None and row[0].is_shown else None


def _files(tickets: Collection[int], *, notes: bool) -> Select[File, TicketFile]:
    """Those of notes only for who reads notes."""
    asked = select(File, TicketFile).join(TicketFile, TicketFile.file_id == File.id)
    asked = asked.where(TicketFile.ticket_id.in_(tickets))
    return asked if notes else asked.where(TicketFile.note_id.is_(None))


def _place(link: TicketFile) -> Place:
    if link.note_id is not None:
        return Place("note", link.note_id)
    return Place("message", link.message_id) if link.message_id is not None else Place("ticket", link.ticket_id)
