"""The counters of a merged set, kept on its root and always equal to the rows.

A person counts once in a set, as their earliest standing row (its company, date and term) with the
strongest importance of them all. Casting and withdrawing change the counters by what changed; merging,
standing and the nightly check recount. Whoever calls `add`, `subtract` or `recount` holds the root's lock.
"""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Importance, Vote
from ideas.companies.models import Company
from ideas.db import db
from ideas.statements import statement

#: Trending is a sum of floats: its order of adding shows in the last digits.
TOLERANCE = 1e-9
#: Sets that are recounted in one transaction, and the seconds in which others get SQLite's writer before the next.
CHUNK = 100
BREATH = 0.05


@dataclass(frozen=True)
class Before:
    """How a person and a company stood in a set before a deed."""

    rows: Sequence[Vote]
    company_counts: bool

    @property
    def standing(self) -> Vote | None:
        """The row as which the person counts."""
        return min((vote for vote in self.rows if vote.is_active), key=_age, default=None)


class Tally(NamedTuple):
    """What a root's counters say, or should say."""

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
    """That an idea's counters said one thing and its rows another."""

    number: int
    kept: Tally
    counted: Tally


def before(root: Idea, person: Person, company: Company) -> Before:
    """Does this person, this company, already count in this set? One statement."""
    asked = {"root": root.id, "person": person.id, "company": company.id}
    found = db.session.execute(_before(), asked).all()
    return Before([vote for vote, _ in found if vote is not None], found[0][1])


@statement
def _before() -> Select[Vote, bool]:
    root, company = bindparam("root", type_=Integer), bindparam("company", type_=Integer)
    of_set = select(Idea.id).where(Idea.root_id == root)
    mine = and_(Vote.person_id == bindparam("person", type_=Integer), Vote.idea_id.in_(of_set))
    question = select(Vote, _counts(of_set, company)).select_from(Idea).outerjoin(Vote, mine).where(Idea.id == root)
    return question.execution_options(populate_existing=True)


def rows_of(root: Idea, person: Person) -> Sequence[Vote]:
    """Every vote of the person in the set, standing or not."""
    return db.session.scalars(_rows(), {"root": root.id, "person": person.id}).all()


@statement
def _rows() -> Select[Vote]:
    of_set = select(Idea.id).where(Idea.root_id == bindparam("root"))
    mine = select(Vote).where(Vote.person_id == bindparam("person"), Vote.idea_id.in_(of_set)).order_by(Vote.id)
    return mine.execution_options(populate_existing=True)


def add(root: Idea, vote: Vote, before: Before) -> None:
    """Count a vote that stands now, of a person of whom none stood before."""
    root.people_count += 1
    root.company_count += not before.company_counts
    root.total_count = root.people_count + root.inherited_votes
    root.trending += vote.term
    weigh(root, None, vote.importance)


def subtract(root: Idea, gone: Sequence[Vote]) -> None:
    """Stop counting a person whose standing rows are these, marked already. One statement."""
    db.session.flush()
    asked = {"root": root.id, "company": min(gone, key=_age).company_id}
    company_counts, trending = db.session.execute(_left(), asked).one()
    root.people_count -= 1
    root.company_count -= not company_counts
    root.total_count = root.people_count + root.inherited_votes
    root.trending = trending
    weigh(root, strongest(gone), None)


@statement
def _left() -> Select[bool, float]:
    """Whether the company still counts in the set, and the set's trending."""
    of_set = select(Idea.id).where(Idea.root_id == bindparam("root", type_=Integer))
    return select(_counts(of_set, bindparam("company", type_=Integer)), _trending(of_set))


def weigh(root: Idea, before: str | None, now: str | None) -> None:
    """Count a person for whom it mattered that much as one for whom it matters this much; None says nothing."""
    for importance, change in (before, -1), (now, +1):
        if importance is not None:
            name = f"{importance}_count"
            setattr(root, name, getattr(root, name) + change)


def strongest(votes: Iterable[Vote]) -> str | None:
    """How much it matters to a person whose standing rows in a set are these."""
    said = {vote.importance for vote in votes}
    return next((one for one in reversed(Importance) if one in said), None)


def comment_added(idea: Idea) -> None:
    """Count one more comment of the idea, and of its set. Takes the root's lock."""
    root = locking.root_of(idea)
    idea.own_comments += 1
    root.comment_count += 1


def comment_removed(idea: Idea) -> None:
    """Count one comment less: it was taken out of sight. Takes the root's lock."""
    root = locking.root_of(idea)
    idea.own_comments -= 1
    root.comment_count -= 1


def inherit(idea: Idea, votes: int) -> None:
    """Give a new idea, its own root, the votes it had where it came from."""
    idea.own_inherited = idea.inherited_votes = votes
    idea.total_count = idea.people_count + votes


def recount(root: Idea) -> Drift | None:
    """Set the root's counters from the rows of its set; what was wrong with them, if anything was."""
    return next(iter(recount_sets([root])), None)


def recount_sets(roots: Sequence[Idea]) -> list[Drift]:
    """The same for several roots, in one statement for all."""
    drifts = _drifts(roots)
    for root, drift in drifts:
        for name, value in drift.counted._asdict().items():
            setattr(root, name, value)
    return [drift for _, drift in drifts]


def drift_of(root: Idea) -> Drift | None:
    """How a root's counters differ from its rows; None when they are equal."""
    return next((drift for _, drift in _drifts([root])), None)


def recount_all(*, dry_run: bool, size: int = CHUNK) -> Iterator[list[Drift]]:
    """Recount every set, `size` at a time; gives what each chunk had wrong. The caller commits after each.

    A set that looks wrong is locked and looked at again: under load a vote may fall between two reads.
    """
    last = 0
    while numbers := db.session.scalars(_roots_after(last).limit(size)).all():
        last = numbers[-1]
        yield [drift for number in _suspects(numbers) if (drift := _checked(number, dry_run)) is not None]
        time.sleep(BREATH)


def tallies(root_ids: Sequence[int]) -> dict[int, Tally]:
    """What the rows of these sets add up to, by root. One statement."""
    rows = db.session.execute(_sums(), {"roots": root_ids})
    return {
        root_id: Tally._make([persons, companies, inherited, persons + inherited, *weights, comments, float(trending)])
        for root_id, inherited, comments, persons, companies, *weights, trending in rows
    }


@statement
def _sums() -> Select[Any]:
    roots = bindparam("roots", type_=Integer, expanding=True)
    own = _own_facts(roots).subquery()
    people = _people(roots).subquery()
    names = "people", "companies", *Importance, "trending"
    counts = [func.coalesce(people.c[name], 0) for name in names]
    return select(own, *counts).outerjoin(people, people.c.root_id == own.c.root_id)


def _age(vote: Vote) -> tuple[object, int]:
    return vote.cast_at, vote.id


def set_of(root: GroupMember) -> Select[int]:
    """The ids of the ideas of a set."""
    return select(Idea.id).where(Idea.root_id == root.id)


def _counts(of_set: Select[int], company_id: BindParameter[int]) -> Exists:
    """Whether some person counts in the set for that company: as their earliest standing row."""
    vote, earlier = aliased(Vote), aliased(Vote)
    sooner = or_(earlier.cast_at < vote.cast_at, and_(earlier.cast_at == vote.cast_at, earlier.id < vote.id))
    hidden = exists().where(earlier.person_id == vote.person_id, earlier.idea_id.in_(of_set), earlier.is_active, sooner)
    return exists().where(vote.company_id == company_id, vote.idea_id.in_(of_set), vote.is_active, ~hidden)


def _trending(of_set: Select[int]) -> ColumnElement[float]:
    """The sum over people; an earlier vote has the smaller term, so a person's earliest has their least."""
    each = select(func.min(Vote.term).label("term")).where(Vote.idea_id.in_(of_set), Vote.is_active)
    return func.coalesce(select(func.sum(each.group_by(Vote.person_id).subquery().c.term)).scalar_subquery(), 0.0)


def _own_facts(root_ids: BindParameter[int]) -> Select[int | None, int, int]:
    sums = func.sum(Idea.own_inherited), func.sum(Idea.own_comments)
    return select(Idea.root_id, *sums).where(Idea.root_id.in_(root_ids)).group_by(Idea.root_id)


def counted(root_ids: Sequence[int] | BindParameter[int]) -> Subquery:
    """The rows as which people count in these sets, one for each: with their strongest importance, by its
    place among Importance (None for nothing said), and a reason they gave.
    """
    each = Idea.root_id, Vote.person_id
    weight = case({str(one): place for place, one in enumerate(Importance)}, value=Vote.importance)
    rows = (
        select(
            Idea.root_id,
            Vote.id.label("vote_id"),
            Vote.company_id,
            Vote.cast_at,
            Vote.term,
            func.row_number().over(partition_by=each, order_by=(Vote.cast_at, Vote.id)).label("place"),
            func.max(weight).over(partition_by=each).label("weight"),
            func.max(Vote.reason).over(partition_by=each).label("reason"),
        )
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id.in_(root_ids), Vote.is_active)
        .subquery()
    )
    return select(rows).where(rows.c.place == 1).subquery()


def _people(root_ids: BindParameter[int]) -> Select[Any]:
    """By root: people, their companies, how many find it how important, the sum of their terms."""
    rows = counted(root_ids)
    return select(
        rows.c.root_id,
        func.count().label("people"),
        func.count(rows.c.company_id.distinct()).label("companies"),
        *(func.count(case((rows.c.weight == place, 1))).label(one) for place, one in enumerate(Importance)),
        func.sum(rows.c.term).label("trending"),
    ).group_by(rows.c.root_id)


def _drifts(roots: Sequence[Idea]) -> list[tuple[Idea, Drift]]:
    """The roots whose counters differ from their rows. One statement."""
    counted = tallies([root.id for root in roots])
    pairs = [(root, Drift(root.id, _kept(root), counted[root.id])) for root in roots]
    return [(root, drift) for root, drift in pairs if drift.kept.differs_from(drift.counted)]


def _kept(root: Idea) -> Tally:
    return Tally._make(getattr(root, name) for name in Tally._fields)


def _roots_after(last: int) -> Select[int]:
    return select(Idea.id).where(Idea.id > last, Idea.root_id == Idea.id).order_by(Idea.id)


def _suspects(numbers: Sequence[int]) -> list[int]:
    columns = [getattr(Idea, name) for name in Tally._fields]
    kept = {number: Tally(*counts) for number, *counts in
            db.session.execute(select(Idea.id, *columns).where(Idea.id.in_(numbers)))}  # fmt: skip
    counted = tallies(numbers)
    return [number for number in numbers if number in counted and kept[number].differs_from(counted[number])]


def _checked(number: int, dry_run: bool) -> Drift | None:
    root = locking.root_of(db.session.get_one(Idea, number))
    return drift_of(root) if dry_run else recount(root)
