"""Who holds a session: the person, the company they act for, what they may do. Judged anew each time.

An ended membership leaves the session with another of the person's companies, or none; a locked
or closed account is nobody; roles are those of this moment.
"""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from ideas.accounts import sessions
from ideas.accounts.models import Person, ProductManager, Session, StaffRole
from ideas.companies.models import Company, Membership
from ideas.db import db, rows
from ideas.statements import statement


class Choice(NamedTuple):
    """A company that the person may act for."""

    id: int
    name: str


@dataclass(frozen=True)
class Holder:
    """Whoever holds a session, as of now."""

    session: Session
    person: Person
    company: Company | None
    roles: frozenset[str]
    #: Products that a product manager answers for.
    managed: frozenset[int]
    #: How many companies the person belongs to.
    belongs_to: int
    #: The name of the active company's administrator, and whether it is this person.
    administrator: str | None
    administers: bool

    @property
    def goes_on(self) -> bool:
        """Whether the session still signs the person in."""
        return self.person.can_sign_in and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the session's own time is over."""
        return not sessions.goes_on(self.session, staff=bool(self.roles))


def holder_of(token: str) -> Holder | None:
    """Who was given that token, however long ago: one statement. None when it was ended, or never given."""
    row = db.session.execute(_holder(), {"token_hash": sessions.hash_of(token)}).one_or_none()
    if row is None:
        return None
    session, person, company, roles, managed, belongs_to, administrator_id, administrator = row
    return Holder(
        session,
        person,
        company,
        frozenset((roles or "").split(",")) - {""},
        frozenset(int(product) for product in (managed or "").split(",") if product),
        belongs_to,
        administrator,
        administers=administrator_id == person.id,
    )


def choices_of(person: Person) -> tuple[Choice, ...]:
    """The companies that the person may act for, by name."""
    belonging = (
        select(Company.id, Company.name)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.person_id == person.id, *_stands())
        .order_by(Company.name, Company.id)
    )
    return tuple(Choice(*row) for row in rows(belonging))


@statement
def _holder() -> Select[Session, Person, Company | None, str | None, str | None, int, int | None, str | None]:
    administrator, held = aliased(Person), aliased(Membership)
    return (
        select(Session, Person, Company, _roles(), _managed(), _memberships(), administrator.id, administrator.name)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(Company, Company.id == _active_company())
        .outerjoin(held, held.id == Company.administrator_id)
        .outerjoin(administrator, administrator.id == held.person_id)
        .where(Session.token_hash == bindparam("token_hash"))
    )


def _active_company() -> ColumnElement[int]:
    """The one chosen, while the person belongs to it; else that of the oldest membership."""
    mine = select(Membership.company_id).join(Membership.company).correlate(Session)
    mine = mine.where(Membership.person_id == Session.person_id, *_stands())
    chosen = mine.where(Membership.company_id == Session.company_id)
    oldest = mine.order_by(Membership.started_at, Membership.id).limit(1)
    return func.coalesce(chosen.scalar_subquery(), oldest.scalar_subquery())


def _memberships() -> ScalarSelect[int]:
    counted = select(func.count()).select_from(Membership).join(Membership.company)
    return counted.where(Membership.person_id == Session.person_id, *_stands()).correlate(Session).scalar_subquery()


def _stands() -> tuple[ColumnElement[bool], ...]:
    return Membership.ended_at.is_(None), Company.closed_at.is_(None)


def _roles() -> ScalarSelect[str]:
    held = select(func.aggregate_strings(StaffRole.role, ",")).where(StaffRole.person_id == Session.person_id)
    return held.correlate(Session).scalar_subquery()


def _managed() -> ScalarSelect[str]:
    products = func.aggregate_strings(cast(ProductManager.product_id, String), ",")
    return select(products).where(ProductManager.person_id == Session.person_id).correlate(Session).scalar_subquery()
