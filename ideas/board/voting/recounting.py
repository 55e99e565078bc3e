"""Recount the counters of merged sets from their rows, and find those that differ.

Merging, setting votes aside and the nightly check use it. Callers of `recount` hold the root's lock.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Integer, Select, Subquery, bindparam, case, func, select

from ideas.board.merging import locking
from ideas.board.models import Idea, Importance, Vote
from ideas.db import db
from ideas.statements import statement

#: Trending is a sum of floats: the order of addition changes the last digits.
TOLERANCE = 1e-9
#: Sets per transaction, and the pause after each, in which others can write on SQLite.
CHUNK_SIZE = 100
PAUSE_SECONDS = 0.05


class Tally(NamedTuple):
    """The counters of a set."""

    people_count: int
    company_count: int
    inherited_votes: int
    total_count: int
    nice_count: int
    important_count: int
    critical_count: int
    comment_count: int
    trending: float

    def differs_from(self, other: "Tally") -> bool:
        """Whether any counter is off; trending by more than its tolerance."""
        return self[:-1] != other[:-1] or not math.isclose(self.trending, other.trending, rel_tol=TOLERANCE)


@dataclass(frozen=True)
class Drift:
    """The stored counters of an idea, which differ from its rows."""

    idea_id: int
    stored: Tally
    counted: Tally


def recount(root: Idea) -> Drift | None:
    """Set the root's counters from the rows of its set. Return the difference, or None."""
    return next(iter(recount_sets([root])), None)


def recount_sets(roots: Sequence[Idea]) -> list[Drift]:
    """Recount several roots in one statement. Return the differences."""
    drifts = _drifts(roots)
    for root, drift in drifts:
        for name, value in drift.counted._asdict().items():
            setattr(root, name, value)
    return [drift for _, drift in drifts]


def drift_of(root: Idea) -> Drift | None:
    """Compare a root's counters with its rows. None if they are equal."""
    return next((drift for _, drift in _drifts([root])), None)


def recount_all(*, dry_run: bool, size: int = CHUNK_SIZE) -> Iterator[list[Drift]]:
    """Recount every set, `size` at a time, and yield the differences of each chunk. The caller commits after each.

    A set that seems to differ is locked and compared again: a vote may be cast between the two reads.
    """
    last = 0
    while ids := db.session.scalars(_roots_after(last).limit(size)).all():
        last = ids[-1]
        yield [drift for number in _differing(ids) if (drift := _checked(number, dry_run)) is not None]
        time.sleep(PAUSE_SECONDS)


def tallies(root_ids: Sequence[int]) -> dict[int, Tally]:
    """Count the rows of these sets, by root: one statement."""
    rows = db.session.execute(_sums(), {"roots": root_ids})
    return {
        root_id: Tally._make([persons, companies, inherited, persons + inherited, *weights, comments, float(trending)])
        for root_id, inherited, comments, persons, companies, *weights, trending in rows
    }


@statement
def _sums() -> Select[Any]:
    roots = bindparam("roots", type_=Integer, expanding=True)
    own = _own_counts(roots).subquery()
    people = _people(roots).subquery()
    names = "people", "companies", *Importance, "trending"
    counts = [func.coalesce(people.c[name], 0) for name in names]
    return select(own, *counts).outerjoin(people, people.c.root_id == own.c.root_id)


def _own_counts(root_ids: BindParameter[int]) -> Select[int | None, int, int]:
    sums = func.sum(Idea.own_inherited), func.sum(Idea.own_comments)
    return select(Idea.root_id, *sums).where(Idea.root_id.in_(root_ids)).group_by(Idea.root_id)


def people_in(root_ids: Sequence[int] | BindParameter[int]) -> Subquery:
    """One row per person and set: their earliest active vote, their strongest importance and a pain point of theirs.

    The importance is its index in Importance, or NULL.
    """
    each = Idea.root_id, Vote.person_id
    importance = case({str(one): index for index, one in enumerate(Importance)}, value=Vote.importance)
    rows = (
        select(
            Idea.root_id,
            Vote.id.label("vote_id"),
            Vote.company_id,
            Vote.cast_at,
            Vote.term,
            func.row_number().over(partition_by=each, order_by=(Vote.cast_at, Vote.id)).label("age"),
            func.max(importance).over(partition_by=each).label("importance"),
            func.max(Vote.reason).over(partition_by=each).label("reason"),
        )
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id.in_(root_ids), Vote.is_active)
        .subquery()
    )
    return select(rows).where(rows.c.age == 1).subquery()


def _people(root_ids: BindParameter[int]) -> Select[Any]:
    """People, companies, people per importance and trending score, by root."""
    rows = people_in(root_ids)
    return select(
        rows.c.root_id,
        func.count().label("people"),
        func.count(rows.c.company_id.distinct()).label("companies"),
        *(func.count(case((rows.c.importance == index, 1))).label(one) for index, one in enumerate(Importance)),
        func.sum(rows.c.term).label("trending"),
    ).group_by(rows.c.root_id)


def _drifts(roots: Sequence[Idea]) -> list[tuple[Idea, Drift]]:
    """The roots whose counters differ from their rows: one statement."""
    counted = tallies([root.id for root in roots])
    pairs = [(root, Drift(root.id, _stored(root), counted[root.id])) for root in roots]
    return [(root, drift) for root, drift in pairs if drift.stored.differs_from(drift.counted)]


def _stored(root: Idea) -> Tally:
    return Tally._make(getattr(root, name) for name in Tally._fields)


def _roots_after(last: int) -> Select[int]:
    return select(Idea.id).where(Idea.id > last, Idea.root_id == Idea.id).order_by(Idea.id)


def _differing(ids: Sequence[int]) -> list[int]:
    columns = [getattr(Idea, name) for name in Tally._fields]
    stored = {number: Tally(*counts) for number, *counts in
            db.session.execute(select(Idea.id, *columns).where(Idea.id.in_(ids)))}  # fmt: skip
    counted = tallies(ids)
    return [number for number in ids if number in counted and stored[number].differs_from(counted[number])]


def _checked(number: int, dry_run: bool) -> Drift | None:
    root = locking.root_of(db.session.get_one(Idea, number))
    return drift_of(root) if dry_run else recount(root)
