"""Hide a comment and show it again, and keep the idea's comment count right."""

from ideas import clock
from ideas.board.models import Idea
from ideas.board.voting import counters
from ideas.comments.models import Comment
from ideas.db import db


def hide(comment: Comment, reason: str) -> None:
    """Hide the comment from all but moderators and its author. `reason` is the key of a rule. Idempotent."""
    if comment.hidden_at is None:
        counters.comment_removed(db.session.get_one(Idea, comment.idea_id))
        comment.hidden_at, comment.hidden_reason = clock.now(), reason


def show(comment: Comment) -> None:
    """Show the comment again to everyone who may see the idea."""
    if comment.hidden_at is not None:
        counters.comment_added(db.session.get_one(Idea, comment.idea_id))
        comment.hidden_at = comment.hidden_reason = None
