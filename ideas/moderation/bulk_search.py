"""Find many texts at once, whoever wrote them: by date, author and support. A wave of spam is one such list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from ideas import sql
from ideas.board.models import Idea
from ideas.clock import SAO_PAULO
from ideas.comments.models import Comment
from ideas.db import db
from ideas.moderation.targets import Name

SIZE = 50
Cursor = tuple[datetime, int]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which texts: published on these São Paulo days, both included; by one author; that nobody supports."""

    sort: str = "idea"
    since: date | None = None
    until: date | None = None
    author_id: int | None = None
    unsupported: bool = False


def ideas(sought: Sought, after: Cursor | None = None) -> Sequence[Idea]:
    """Ideas in sight, the newest first, with their authors: one more than a page."""
    found = _ideas(sought).options(joinedload(Idea.author))
    if after is not None:
        found = found.where(or_(*sql.after(Idea.published_at, Idea.id, after)))
    return db.session.scalars(found.order_by(Idea.published_at.desc(), Idea.id.desc()).limit(SIZE + 1)).all()


def comments(sought: Sought, after: Cursor | None = None) -> Sequence[Comment]:
    """Comments in sight, the newest first, with their authors: one more than a page."""
    found = _comments(sought).options(joinedload(Comment.author, innerjoin=True))
    if after is not None:
        found = found.where(or_(*sql.after(Comment.created_at, Comment.id, after)))
    return db.session.scalars(found.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(SIZE + 1)).all()


def names(sought: Sought, most: int) -> list[Name]:
    """Every text that is sought, up to `most`, the newest first."""
    asked = _ideas(sought).with_only_columns(Idea.id).order_by(Idea.published_at.desc(), Idea.id.desc())
    if sought.sort == "comment":
        asked = _comments(sought).with_only_columns(Comment.id).order_by(Comment.created_at.desc(), Comment.id.desc())
    return [Name(sought.sort, number) for number in db.session.scalars(asked.limit(most))]


def _ideas(sought: Sought) -> Select[Idea]:
    found = Idea.listed().where(*_days(Idea.published_at, sought))
    if sought.author_id is not None:
        found = found.where(Idea.author_id == sought.author_id)
    return found.where(Idea.total_count == 0) if sought.unsupported else found


def _comments(sought: Sought) -> Select[Comment]:
    found = select(Comment).where(Comment.hidden_at.is_(None), *_days(Comment.created_at, sought))
    return found if sought.author_id is None else found.where(Comment.author_id == sought.author_id)


def _days(column: InstrumentedAttribute[datetime], sought: Sought) -> list[ColumnElement[bool]]:
    """The days as São Paulo counts them."""
    bounds = []
    if sought.since is not None:
        bounds.append(column >= datetime.combine(sought.since, time(), SAO_PAULO))
    if sought.until is not None:
        bounds.append(column < datetime.combine(sought.until + timedelta(days=1), time(), SAO_PAULO))
    return bounds
