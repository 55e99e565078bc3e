"""Who stands behind an idea, for staff; and the lines of what people can't do, for its author too.

Everyone else sees numbers. A person appears once in a merged set: as the row by which they count, with
the strongest importance they gave.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person
from ideas.board.models import GroupMember, Idea, Importance, Vote
from ideas.board.voting import counting
from ideas.companies.models import Company
from ideas.db import db, rows

PAGE, COMPANIES, LINES = 50, 12, 30
#: Said of who said nothing.
UNSAID = "unsaid"


class Supporter(NamedTuple):
    """One person behind the idea."""

    vote_id: int
    person: Person
    company_id: int
    company: str
    weight: int | None
    reason: str | None
    cast_at: datetime
    #: Who of the vendor cast it, and from what; None when it is the person's own.
    proxied_by: Person | None
    source: str | None

    @property
    def importance(self) -> str | None:
        return None if self.weight is None else list(Importance)[self.weight].value


class Backing(NamedTuple):
    """A company behind the idea: how many of its people, and to how many of them it is critical."""

    id: int
    name: str
    people: int
    critical: int


class Line(NamedTuple):
    """What someone can't do today."""

    vote_id: int
    importance: str | None
    reason: str


@dataclass(frozen=True)
class Wanted:
    """Which of them: of one company, of one importance (or UNSAID), only those who said why."""

    company_id: int | None = None
    importance: str | None = None
    reasoned: bool = False


def page(root: Idea, wanted: Wanted, *, before: int | None = None, size: int = PAGE) -> Sequence[Supporter]:
    """The newest supporters, or those whose votes came before one; `size + 1` of them. One statement."""
    rows, people = _people(root, wanted)
    rows = rows if before is None else rows.where(people.c.vote_id < before)
    return [Supporter(*row) for row in db.session.execute(rows.limit(size + 1))]


def everyone(root: Idea, wanted: Wanted) -> Iterator[Supporter]:
    """All of them, read as they are asked for."""
    rows, _ = _people(root, wanted)
    for row in db.session.execute(rows.execution_options(yield_per=500)):
        yield Supporter(*row)


def companies(root: Idea) -> Sequence[Backing]:
    """The companies with most people behind the idea."""
    people = counting.counted([root.id])
    critical = func.count().filter(people.c.weight == list(Importance).index(Importance.CRITICAL))
    many = (
        select(Company.id, Company.name, func.count().label("people"), critical)
        .join(people, people.c.company_id == Company.id)
        .group_by(Company.id, Company.name)
        .order_by(func.count().desc(), Company.name)
        .limit(COMPANIES)
    )
    return [Backing(*row) for row in rows(many)]


def lines(root: GroupMember, *, before: int | None = None, size: int = LINES) -> Sequence[Line]:
    """The newest lines of the set, each person's same line once; `size + 1` of them. One statement."""
    later = aliased(Vote)
    repeated = select(later.id).where(
        later.person_id == Vote.person_id, later.reason == Vote.reason, later.id > Vote.id,
        later.idea_id.in_(counting.set_of(root)), later.is_active,
    )  # fmt: skip
    said = select(Vote.id, Vote.importance, Vote.reason).where(
        Vote.idea_id.in_(counting.set_of(root)), Vote.reason.is_not(None), Vote.is_active, ~repeated.exists()
    )
    said = said if before is None else said.where(Vote.id < before)
    return [Line._make(row) for row in rows(said.order_by(Vote.id.desc()).limit(size + 1))]


def _people(root: Idea, wanted: Wanted) -> tuple[Select[Any], Subquery]:
    people, proxy = counting.counted([root.id]), aliased(Person)
    rows = (
        select(people.c.vote_id, Person, Company.id, Company.name, people.c.weight, people.c.reason, people.c.cast_at,
               proxy, Vote.source)
        .select_from(people)
        .join(Vote, Vote.id == people.c.vote_id)
        .join(Person, Person.id == Vote.person_id)
        .join(Company, Company.id == people.c.company_id)
        .outerjoin(proxy, proxy.id == Vote.proxied_by_id)
        .order_by(people.c.vote_id.desc())
    )  # fmt: skip
    if wanted.company_id is not None:
        rows = rows.where(people.c.company_id == wanted.company_id)
    if wanted.importance == UNSAID:
        rows = rows.where(people.c.weight.is_(None))
    elif wanted.importance is not None:
        rows = rows.where(people.c.weight == list(Importance).index(Importance(wanted.importance)))
    if wanted.reasoned:
        rows = rows.where(people.c.reason.is_not(None))
    return rows, people
