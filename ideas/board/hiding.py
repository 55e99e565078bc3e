"""Take an idea out of sight, and bring it back. Who decides, and why, is told by whoever calls."""

from ideas import clock
from ideas.board.merging import locking
from ideas.board.models import Idea


def hide(idea: Idea, reason: str) -> None:
    """From now on only moderators and its author see the idea; `reason` is a rule's key. Hiding twice changes nothing.

    Takes the root's lock, so that a vote falls wholly before or wholly after.
    """
    locking.root_of(idea)
    if idea.hidden_at is None:
        idea.hidden_at, idea.hidden_reason = clock.now(), reason


def show(idea: Idea) -> None:
    """Everyone sees the idea again, with its number, votes and comments as they were."""
    locking.root_of(idea)
    idea.hidden_at = idea.hidden_reason = None
