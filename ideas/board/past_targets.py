"""Correct the target of an idea that returns with a release that was published meanwhile.

An idea keeps its own status while it is merged, and an undone decision restores the status from before.
"""

from collections.abc import Callable

from ideas.accounts.models import Person
from ideas.board import deciding
from ideas.board.deciding import DELIVERED, Decision
from ideas.board.models import Idea
from ideas.db import db
from ideas.products.models import Release

#: Whether an item of the release answers the idea's set.
IsAnswered = Callable[[Idea, Release], bool]
_is_answered_by: list[IsAnswered] = []


def register(is_answered: IsAnswered) -> None:
    """Register what knows the items of releases. Called by wiring/registries.py."""
    if is_answered not in _is_answered_by:
        _is_answered_by.append(is_answered)


def correct(root: Idea, *, by: Person) -> None:
    """Mark the idea as delivered by its published target if an item answers it, else leave it without a date.

    Followers are notified as of any decision. Does nothing if the target is not published.
    """
    release = db.session.get(Release, root.target_release_id) if root.target_release_id else None
    if release is None or not release.is_published:
        return
    if root.hidden_at or root.held_at or root.withdrawn_at:
        root.target_release_id = None
        db.session.flush()
    elif any(is_answered(root, release) for is_answered in _is_answered_by):
        deciding.decide(root, Decision(to=DELIVERED, delivered_release_id=release.id), by=by)
    else:
        deciding.decide(root, Decision(to=root.status_key), by=by)
