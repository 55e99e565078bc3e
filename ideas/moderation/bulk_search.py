"""Search texts by date, author and votes, to decide about all of them at once: a wave of spam, for example."""

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
from ideas.moderation.targets import TargetKey

PAGE_SIZE = 50
TextCursor = tuple[datetime, int]


@dataclass(frozen=True, kw_only=True)
class TextCriteria:
    """Which texts: the kind, the days of São Paulo (inclusive), the author, and only those without votes."""

    kind: str = "idea"
    since: date | None = None
    until: date | None = None
    author_id: int | None = None
    unsupported: bool = False


def ideas(criteria: TextCriteria, after: TextCursor | None = None) -> Sequence[Idea]:
    """Listed ideas with their authors, newest first: at most PAGE_SIZE + 1."""
    query = _ideas(criteria).options(joinedload(Idea.author))
    if after is not None:
        query = query.where(or_(*sql.after(Idea.published_at, Idea.id, after)))
    return db.session.scalars(query.order_by(Idea.published_at.desc(), Idea.id.desc()).limit(PAGE_SIZE + 1)).all()


def comments(criteria: TextCriteria, after: TextCursor | None = None) -> Sequence[Comment]:
    """Visible comments with their authors, newest first: at most PAGE_SIZE + 1."""
    query = _comments(criteria).options(joinedload(Comment.author, innerjoin=True))
    if after is not None:
        query = query.where(or_(*sql.after(Comment.created_at, Comment.id, after)))
    return db.session.scalars(query.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(PAGE_SIZE + 1)).all()


def keys(criteria: TextCriteria, most: int) -> list[TargetKey]:
    """The keys of all matching texts, newest first, at most `most`."""
    ids = _ideas(criteria).with_only_columns(Idea.id).order_by(Idea.published_at.desc(), Idea.id.desc())
    if criteria.kind == "comment":
        ids = _comments(criteria).with_only_columns(Comment.id).order_by(Comment.created_at.desc(), Comment.id.desc())
    return [TargetKey(criteria.kind, number) for number in db.session.scalars(ids.limit(most))]


def _ideas(criteria: TextCriteria) -> Select[Idea]:
    query = Idea.listed().where(*_days(Idea.published_at, criteria))
    if criteria.author_id is not None:
        query = query.where(Idea.author_id == criteria.author_id)
    return query.where(Idea.total_count == 0) if criteria.unsupported else query


def _comments(criteria: TextCriteria) -> Select[Comment]:
    query = select(Comment).where(Comment.hidden_at.is_(None), *_days(Comment.created_at, criteria))
    return query if criteria.author_id is None else query.where(Comment.author_id == criteria.author_id)


def _days(column: InstrumentedAttribute[datetime], criteria: TextCriteria) -> list[ColumnElement[bool]]:
    """The days of São Paulo as conditions on the column."""
    bounds = []
    if criteria.since is not None:
        bounds.append(column >= datetime.combine(criteria.since, time(), SAO_PAULO))
    if criteria.until is not None:
        bounds.append(column < datetime.combine(criteria.until + timedelta(days=1), time(), SAO_PAULO))
    return bounds
