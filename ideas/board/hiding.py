"""Hide an idea, and show it again. The caller records who decided so, and why."""

from ideas import clock
from ideas.board.merging import locking
from ideas.board.models import Idea


def hide(idea: Idea, reason: str) -> None:
    """Hide the idea from everyone except moderators and its author; `reason` is a rule's key. Idempotent.

    Takes the root's lock, so that no vote is cast meanwhile.
    """
    locking.root_of(idea)
    if idea.hidden_at is None:
        idea.hidden_at, idea.hidden_reason = clock.now(), reason


def show(idea: Idea) -> None:
    """Show the idea to everyone again, with its number, votes and comments unchanged."""
    locking.root_of(idea)
    idea.hidden_at = idea.hidden_reason = None
