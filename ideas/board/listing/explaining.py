"""Why an idea stands where it stands: its own numbers in each of the board's orderings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from ideas import clock
from ideas.board.listing import filters
from ideas.board.listing.pages import ORDERINGS, RANDOM, Ordering
from ideas.board.models import Idea, Vote
from ideas.board.voting import trending
from ideas.db import db

#: Ideas that are counted before one; those further down are said to come after so many.
MOST = 1_000
#: Ages up to which votes are told together, in days.
AGES = (14, 28, 56)


@dataclass(frozen=True)
class Place:
    """An idea in one ordering: how many ideas come before it, MOST for as many or more."""

    ordering: Ordering
    before: int


@dataclass(frozen=True)
class Share:
    """The people whose votes are at most so many days old (None: older), and what they weigh today."""

    days: int | None
    people: int
    weight: float


def places(idea: Idea) -> list[Place]:
    """Where a listed idea stands in each ordering that stands still: one statement, however many ideas there are."""
    shown = [one for one in ORDERINGS.values() if one is not RANDOM and _value(one, idea) is not None]
    counts = db.session.execute(union_all(*(_before(one, idea) for one in shown))).all()
    counted = {one.ordering: one.before for one in counts}
    return [Place(one, counted[one.key]) for one in shown]


def heat(idea: Idea) -> float:
    """What the idea's votes weigh today in *em alta*: a vote of this moment would weigh 1."""
    return idea.trending / trending.vote_score(clock.now())


def shares(idea: Idea) -> Sequence[Share]:
    """Of which votes the idea's heat is made, the newest first: one statement."""
    counted = (
        select(func.min(Vote.cast_at).label("at"), func.min(Vote.term).label("term"))
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id == idea.id, Vote.is_active)
        .group_by(Vote.person_id)
        .subquery()
    )
    now = clock.now()
    age = case(*((counted.c.at > now - timedelta(days=days), days) for days in AGES), else_=0).label("age")
    rows = db.session.execute(select(age, func.count(), func.sum(counted.c.term)).select_from(counted).group_by(age))
    found = {days: (people, terms / trending.vote_score(now)) for days, people, terms in rows}
    return [Share(days or None, *found[days]) for days in (*AGES, 0) if days in found]


def _value(ordering: Ordering, idea: Idea) -> Any:
    return getattr(idea, ordering.column.key) if ordering.column is not None else None


def _before(ordering: Ordering, idea: Idea) -> Select[str, int]:
    assert ordering.column is not None
    column: ColumnElement[Any] = ordering.column.expression
    value = _value(ordering, idea)
    # The first condition bounds the walk along the ordering's index; the second tells ties apart.
    ahead = and_(column >= value, or_(column > value, Idea.id > idea.id))
    some = select(literal(1)).select_from(Idea).where(*filters.conditions(filters.Filters()), ahead).limit(MOST)
    return select(literal(ordering.key).label("ordering"), func.count().label("before")).select_from(some.subquery())
