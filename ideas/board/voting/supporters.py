"""Who supports an idea, for staff; and the pain points, for its author too.

Everyone else sees numbers. A person appears once per merged set: with the vote by which they count and their
strongest importance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person
from ideas.board.models import GroupMember, Idea, Importance, Vote
from ideas.board.voting import counters, recounting
from ideas.companies.models import Company
from ideas.db import db, rows
from ideas.read_models import columns, read, read_model

PAGE_SIZE, MAX_COMPANIES, PAIN_POINTS_PER_PAGE = 50, 12, 30
#: The filter for people who stated no importance.
UNSAID = "unsaid"


class Supporter(NamedTuple):
    """One person who supports the idea."""

    vote_id: int
    person: Person
    company_id: int
    company: str
    importance_index: int | None
    reason: str | None
    cast_at: datetime
    #: The staff member who cast it on their behalf, and the source they gave; None if the person voted.
    proxied_by: Person | None
    source: str | None

    @property
    def importance(self) -> str | None:
        return None if self.importance_index is None else list(Importance)[self.importance_index].value


@read_model
class Backing:
    """A company that supports the idea: how many of its people do, and to how many of them it is critical."""

    id: int
    name: str
    people: int
    critical: int


@read_model
class PainPoint:
    """What a voter cannot do today."""

    vote_id: int
    importance: str | None
    reason: str


@dataclass(frozen=True)
class SupporterFilter:
    """A filter: one company, one importance (or UNSAID), only people with a pain point."""

    company_id: int | None = None
    importance: str | None = None
    reasoned: bool = False


def page(
    root: Idea, chosen: SupporterFilter, *, before: int | None = None, size: int = PAGE_SIZE
) -> Sequence[Supporter]:
    """Return the newest supporters, or those before a vote: at most `size + 1`, in one statement."""
    rows, people = _people(root, chosen)
    rows = rows if before is None else rows.where(people.c.vote_id < before)
    return [_supporter(row) for row in db.session.execute(rows.limit(size + 1))]


def everyone(root: Idea, chosen: SupporterFilter) -> Iterator[Supporter]:
    """Iterate over all supporters, reading them in chunks."""
    rows, _ = _people(root, chosen)
    for row in db.session.execute(rows.execution_options(yield_per=500)):
        yield _supporter(row)


def companies(root: Idea) -> Sequence[Backing]:
    """Return the companies with the most supporters."""
    people = recounting.people_in([root.id])
    critical = func.count().filter(people.c.importance == list(Importance).index(Importance.CRITICAL))
    counts = {"people": func.count(), "critical": critical}
    many = (
        select(*columns(Backing, Company, **counts))
        .join(people, people.c.company_id == Company.id)
        .group_by(Company.id, Company.name)
        .order_by(func.count().desc(), Company.name)
        .limit(MAX_COMPANIES)
    )
    return read(Backing, rows(many))


def pain_points(
    root: GroupMember, *, before: int | None = None, size: int = PAIN_POINTS_PER_PAGE
) -> Sequence[PainPoint]:
    """Return the newest pain points of the set, each once per person: at most `size + 1`, in one statement."""
    later = aliased(Vote)
    repeated = select(later.id).where(
        later.person_id == Vote.person_id, later.reason == Vote.reason, later.id > Vote.id,
        later.idea_id.in_(counters.members_of(root)), later.is_active,
    )  # fmt: skip
    stated = select(*columns(PainPoint, Vote, vote_id=Vote.id)).where(
        Vote.idea_id.in_(counters.members_of(root)), Vote.reason.is_not(None), Vote.is_active, ~repeated.exists()
    )
    stated = stated if before is None else stated.where(Vote.id < before)
    return read(PainPoint, rows(stated.order_by(Vote.id.desc()).limit(size + 1)))


def _supporter(row: Any) -> Supporter:
    return Supporter(
        vote_id=row.vote_id,
        person=row.Person,
        company_id=row.company_id,
        company=row.name,
        importance_index=row.importance,
        reason=row.reason,
        cast_at=row.cast_at,
        proxied_by=row.proxied_by,
        source=row.source,
    )


def _people(root: Idea, chosen: SupporterFilter) -> tuple[Select[Any], Subquery]:
    people, proxy = recounting.people_in([root.id]), aliased(Person, name="proxied_by")
    rows = (
        select(people.c.vote_id, Person, Company.id.label("company_id"), Company.name, people.c.importance,
               people.c.reason, people.c.cast_at, proxy, Vote.source)
        .select_from(people)
        .join(Vote, Vote.id == people.c.vote_id)
        .join(Person, Person.id == Vote.person_id)
        .join(Company, Company.id == people.c.company_id)
        .outerjoin(proxy, proxy.id == Vote.proxied_by_id)
        .order_by(people.c.vote_id.desc())
    )  # fmt: skip
    if chosen.company_id is not None:
        rows = rows.where(people.c.company_id == chosen.company_id)
    if chosen.importance == UNSAID:
        rows = rows.where(people.c.importance.is_(None))
    elif chosen.importance is not None:
        rows = rows.where(people.c.importance == list(Importance).index(Importance(chosen.importance)))
    if chosen.reasoned:
        rows = rows.where(people.c.reason.is_not(None))
    return rows, people
