"""An idea's comments and steps as one dated list: newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.board.history import Step
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.db import db

#: Comments on one page.
PAGE = 50


@dataclass(frozen=True)
class Viewer:
    """Who reads, and what that lets them see: moderators hidden comments, staff and colleagues companies."""

    person: Person | None = None
    companies: frozenset[int] = frozenset()
    is_staff: bool = False
    is_moderator: bool = False

    def sees_company_of(self, comment: Comment) -> bool:
        """Whether the viewer is told in which company's name it was written (model.md 7)."""
        return comment.company_id is not None and (self.is_staff or comment.company_id in self.companies)


class Cursor(NamedTuple):
    """The last comment of the page before."""

    at: datetime
    id: int


class Entry(NamedTuple):
    """One thing on the line: a comment or a step."""

    at: datetime
    comment: Comment | None = None
    step: Step | None = None


@dataclass(frozen=True)
class Timeline:
    """A page of the line, newest first, and where the next one begins."""

    entries: Sequence[Entry]
    next: Cursor | None = None


def of(idea: Idea, steps: Sequence[Step], viewer: Viewer, before: Cursor | None = None) -> Timeline:
    """A page of the idea's line, for one statement: its set's comments, with the steps that fall among them."""
    comments = db.session.scalars(_comments(idea, viewer, before).limit(PAGE + 1)).all()
    shown = comments[:PAGE]
    last = Cursor(shown[-1].created_at, shown[-1].id) if len(comments) > PAGE else None
    # A step at the very moment of a page's last comment stands on that page.
    among = [step for step in steps if (last is None or step.at >= last.at) and (before is None or step.at < before.at)]
    entries = [Entry(comment.created_at, comment=comment) for comment in shown]
    entries += [Entry(step.at, step=step) for step in among]
    return Timeline(sorted(entries, key=lambda entry: entry.at, reverse=True), last)


def comment_of(number: int, viewer: Viewer) -> Comment | None:
    """One comment as the viewer may see it, with its author and company."""
    return db.session.scalar(_loaded(_visible(viewer)).where(Comment.id == number))


def _comments(idea: Idea, viewer: Viewer, before: Cursor | None) -> Select[Comment]:
    """The comments of the idea's set, but those of a duplicate that the viewer may not see."""
    ideas = Idea.visible_to(viewer.person, moderator=viewer.is_moderator).with_only_columns(Idea.id)
    among = _loaded(_visible(viewer)).where(Comment.idea_id.in_(ideas.where(Idea.root_id == idea.root_id)))
    if before is not None:
        same = and_(Comment.created_at == before.at, Comment.id < before.id)
        among = among.where(or_(Comment.created_at < before.at, same))
    return among.order_by(Comment.created_at.desc(), Comment.id.desc())


def _visible(viewer: Viewer) -> Select[Comment]:
    return Comment.visible_to(viewer.person, moderator=viewer.is_moderator)


def _loaded(comments: Select[Comment]) -> Select[Comment]:
    return comments.options(joinedload(Comment.author, innerjoin=True), joinedload(Comment.company))
