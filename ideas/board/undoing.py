"""Take a decision back right after it was taken: the idea stands as before, and its history does not show it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding
from ideas.board.merging import locking
from ideas.board.models import Idea, OfficialResponse, Status, StatusChange
from ideas.db import db
from ideas.outbox.models import Event

#: What a decision changes of an idea.
_FACTS = ("status_key", "target_release_id", "target_quarter", "delivered_release_id")


def state_before(idea: Idea) -> dict[str, Any]:
    """How an idea stands, as JSON facts: what `undo` brings back."""
    answered = idea.answered_at.isoformat() if idea.answered_at else None
    return {name: getattr(idea, name) for name in _FACTS} | {"answered_at": answered}


def undo(change: StatusChange, before: dict[str, Any], *, by: Person) -> bool:
    """Bring the idea back to how it stood before; False, and nothing changed, if it was decided on since.

    Who was not told yet is not told; if the worker was quicker, they are told of the way back.
    """
    root = locking.root_of(db.session.get_one(Idea, change.idea_id))
    if root.status_key != change.to_key or _decided_since(change):
        return False
    was = db.session.get_one(Status, before["status_key"])
    for name in _FACTS:
        setattr(root, name, before[name])
    root.status = was
    root.answered_at = datetime.fromisoformat(before["answered_at"]) if before["answered_at"] else None
    change.undone_at = clock.now()
    if change.response_id is not None:
        db.session.get_one(OfficialResponse, change.response_id).undone_at = change.undone_at
    db.session.flush()
    if _was_told(change):
        deciding.record_step(root, db.session.get_one(Status, change.to_key), was, by=by)
    return True


def _decided_since(change: StatusChange) -> bool:
    later = select(func.count()).where(StatusChange.idea_id == change.idea_id, StatusChange.id > change.id)
    answers = select(func.count()).where(
        OfficialResponse.idea_id == change.idea_id,
        OfficialResponse.at > change.at,
        OfficialResponse.id != (change.response_id or 0),
    )
    return bool(db.session.scalar(later) or db.session.scalar(answers))


def _was_told(change: StatusChange) -> bool:
    told = select(Event.delivered_at).where(
        Event.thing == "idea", Event.thing_id == change.idea_id, Event.name == "idea_status_changed"
    )
    return db.session.scalar(told.order_by(Event.id.desc()).limit(1)) is not None
