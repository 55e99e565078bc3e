"""Undo a recent decision: restore the idea's previous state and remove the step from its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, past_targets
from ideas.board.merging import locking
from ideas.board.models import Idea, OfficialResponse, Status, StatusChange
from ideas.db import db
from ideas.outbox.models import Event

#: The columns of an idea that a decision changes.
_FACTS = ("status_key", "target_release_id", "target_quarter", "delivered_release_id")


def state_before(idea: Idea) -> dict[str, Any]:
    """Return the idea's state as JSON facts, for `undo` to restore."""
    answered = idea.answered_at.isoformat() if idea.answered_at else None
    return {name: getattr(idea, name) for name in _FACTS} | {"answered_at": answered}


def undo(change: StatusChange, before: dict[str, Any], *, by: Person) -> bool:
    """Restore the idea's state. Return False, and change nothing, if it was decided on since.

    An event that was not delivered yet never is; for one that was delivered, record the change back.
    A target that was published meanwhile is corrected.
    """
    root = locking.root_of(db.session.get_one(Idea, change.idea_id))
    if root.status_key != change.to_key or _decided_since(change):
        return False
    status = db.session.get_one(Status, before["status_key"])
    for name in _FACTS:
        setattr(root, name, before[name])
    root.status = status
    root.answered_at = datetime.fromisoformat(before["answered_at"]) if before["answered_at"] else None
    change.undone_at = clock.now()
    if change.response_id is not None:
        db.session.get_one(OfficialResponse, change.response_id).undone_at = change.undone_at
    db.session.flush()
    if _was_delivered(change):
        deciding.record_step(root, db.session.get_one(Status, change.to_key), status, by=by)
    past_targets.correct(root, by=by)
    return True


def _decided_since(change: StatusChange) -> bool:
    later = select(func.count()).where(StatusChange.idea_id == change.idea_id, StatusChange.id > change.id)
    answers = select(func.count()).where(
        OfficialResponse.idea_id == change.idea_id,
        OfficialResponse.at > change.at,
        OfficialResponse.id != (change.response_id or 0),
    )
    return bool(db.session.scalar(later) or db.session.scalar(answers))


def _was_delivered(change: StatusChange) -> bool:
    delivered = select(Event.delivered_at).where(
        Event.thing == "idea", Event.thing_id == change.idea_id, Event.name == "idea_status_changed"
    )
    return db.session.scalar(delivered.order_by(Event.id.desc()).limit(1)) is not None
