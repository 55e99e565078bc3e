"""Take a comment out of sight, and bring it back; the idea's count of comments follows."""

from ideas import clock
from ideas.board.models import Idea
from ideas.board.voting import counters
from ideas.comments.models import Comment
from ideas.db import db


def hide(comment: Comment, reason: str) -> None:
    """From now on only moderators and its author see the comment; `reason` is a rule's key. Twice changes nothing."""
    if comment.hidden_at is None:
        counters.comment_removed(db.session.get_one(Idea, comment.idea_id))
        comment.hidden_at, comment.hidden_reason = clock.now(), reason


def show(comment: Comment) -> None:
    """Everyone who may see the idea sees the comment again."""
    if comment.hidden_at is not None:
        counters.comment_added(db.session.get_one(Idea, comment.idea_id))
        comment.hidden_at = comment.hidden_reason = None
