"""Internal notes about ideas."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.db import db
from ideas.triage.models import TriageNote

#: Of a note, in characters; notes shown per idea.
MAX_LENGTH, MAX_NOTES = 3000, 50


def add(idea: Idea, text: str, *, by: Person) -> TriageNote:
    """Add an internal note."""
    note = TriageNote(idea_id=idea.id, by_id=by.id, text=text)
    db.session.add(note)
    db.session.flush()
    return note


def notes_of(idea: Idea) -> Sequence[TriageNote]:
    """The notes about an idea, newest first: at most MAX_NOTES."""
    notes = select(TriageNote).where(TriageNote.idea_id == idea.id).options(joinedload(TriageNote.by, innerjoin=True))
    return db.session.scalars(notes.order_by(TriageNote.id.desc()).limit(MAX_NOTES)).all()
