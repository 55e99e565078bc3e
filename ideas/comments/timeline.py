"""An idea's comments and steps as one dated list: newest first, a page at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.board.history import Step
from ideas.board.models import Idea, StatusChange
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

    @property
    def by_id(self) -> int | None:
        """Who said or did it."""
        if self.comment is not None:
            return self.comment.author_id
        return self.step.by.id if self.step and self.step.by else None


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


def news(seen: Mapping[int, datetime], reader: Person) -> Counter[int]:
    """How much others said or did on these canonical ideas since the reader last saw them: one query for a page."""
    if not seen:
        return Counter()
    said: Any = select(Idea.root_id, func.count()).join(Comment, Comment.idea_id == Idea.id)
    said = said.where(Comment.hidden_at.is_(None), Comment.held_at.is_(None), Comment.author_id != reader.id)
    stepped: Any = select(Idea.root_id, func.count()).join(StatusChange, StatusChange.idea_id == Idea.id)
    legs = [_since(said, Comment.created_at, seen), _since(stepped, StatusChange.at, seen)]
    found: Counter[int] = Counter()
    for root, number in db.session.execute(union_all(*legs)):
        found[root] += number
    return found


def _since(rows: Select[Any], at: Any, seen: Mapping[int, datetime]) -> Select[Any]:
    return rows.where(or_(*(and_(Idea.root_id == root, at > when) for root, when in seen.items()))).group_by(
        Idea.root_id
    )


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
