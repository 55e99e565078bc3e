"""Why an idea has its position: its numbers in each of the board's orderings."""

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

#: Positions are counted up to this one; later ideas are only said to come after it.
MAX_COUNTED = 1_000
#: The upper limits of the age groups.
AGES_DAYS = (14, 28, 56)


@dataclass(frozen=True)
class Position:
    """An idea's position in one ordering: how many ideas precede it; MAX_COUNTED means that or more."""

    ordering: Ordering
    before: int


@dataclass(frozen=True)
class AgeGroup:
    """The people whose votes are at most that many days old (None: older), and the current weight of these votes."""

    days: int | None
    people: int
    weight: float


def positions(idea: Idea) -> list[Position]:
    """Return a listed idea's position in every ordering but the random one. One statement of bounded cost."""
    orderings = [one for one in ORDERINGS.values() if one is not RANDOM and _value(one, idea) is not None]
    counts = db.session.execute(union_all(*(_before(one, idea) for one in orderings))).all()
    counted = {one.ordering: one.before for one in counts}
    return [Position(one, counted[one.key]) for one in orderings]


def trending_score(idea: Idea) -> float:
    """Return the current weight of the idea's votes in *em alta*, where a vote cast now has weight 1."""
    return idea.trending / trending.vote_score(clock.now())


def age_groups(idea: Idea) -> Sequence[AgeGroup]:
    """Split the trending score by the age of the votes, newest first: one statement."""
    counted = (
        select(func.min(Vote.cast_at).label("at"), func.min(Vote.term).label("term"))
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id == idea.id, Vote.is_active)
        .group_by(Vote.person_id)
        .subquery()
    )
    now = clock.now()
    age = case(*((counted.c.at > now - timedelta(days=days), days) for days in AGES_DAYS), else_=0).label("age")
    rows = db.session.execute(select(age, func.count(), func.sum(counted.c.term)).select_from(counted).group_by(age))
    found = {days: (people, terms / trending.vote_score(now)) for days, people, terms in rows}
    return [AgeGroup(days or None, *found[days]) for days in (*AGES_DAYS, 0) if days in found]


def _value(ordering: Ordering, idea: Idea) -> Any:
    return getattr(idea, ordering.column.key) if ordering.column is not None else None


def _before(ordering: Ordering, idea: Idea) -> Select[str, int]:
    assert ordering.column is not None
    column: ColumnElement[Any] = ordering.column.expression
    value = _value(ordering, idea)
    # The first condition bounds the scan of the ordering's index; the second breaks ties.
    ahead = and_(column >= value, or_(column > value, Idea.id > idea.id))
    some = select(literal(1)).select_from(Idea).where(*filters.conditions(filters.Filters()), ahead).limit(MAX_COUNTED)
    return select(literal(ordering.key).label("ordering"), func.count().label("before")).select_from(some.subquery())
