"""What managers tell one another about an idea."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.db import db
from ideas.triage.models import TriageNote

#: The longest note, in characters; notes shown of an idea.
LONGEST, SHOWN = 3000, 50


def add(idea: Idea, words: str, *, by: Person) -> TriageNote:
    """The note, for colleagues only."""
    note = TriageNote(idea_id=idea.id, by_id=by.id, text=words)
    db.session.add(note)
    db.session.flush()
    return note


def notes_of(idea: Idea) -> Sequence[TriageNote]:
    """The notes on an idea, the newest first."""
    notes = select(TriageNote).where(TriageNote.idea_id == idea.id).options(joinedload(TriageNote.by, innerjoin=True))
    return db.session.scalars(notes.order_by(TriageNote.id.desc()).limit(SHOWN)).all()
