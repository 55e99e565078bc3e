"""The holder of a session: the person, their active company and roles, read from the database at every request.

If the membership of the active company ended, another of the person's companies takes its place, or none. A session of
a locked or closed account is not valid.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from ideas.accounts import sessions
from ideas.accounts.models import Person, ProductManager, Session, StaffRole
from ideas.accounts.sessions import CurrentSession
from ideas.companies.models import Company, Membership
from ideas.db import db, rows
from ideas.statements import statement


class CompanyChoice(NamedTuple):
    """A company that the person can switch to."""

    id: int
    name: str


@dataclass(frozen=True)
class SessionHolder:
    """The current state of a session's person."""

    session: CurrentSession
    person: Person
    company: Company | None
    roles: frozenset[str]
    #: The ids of the products that a product manager is responsible for.
    managed: frozenset[int]
    #: The number of the person's companies.
    belongs_to: int
    #: The name of the active company's administrator, and whether it is this person.
    administrator: str | None
    administers: bool

    @property
    def is_valid(self) -> bool:
        """Whether the session still signs the person in."""
        return self.person.can_sign_in and not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Whether the session itself has expired."""
        return not sessions.is_active(self.session, staff=bool(self.roles))


def find_holder(token: str) -> SessionHolder | None:
    """Return the holder of that token, even if the session has expired, in one statement; None if there is no row."""
    row = db.session.execute(_holder(), {"token_hash": sessions.hash_token(token)}).one_or_none()
    if row is None:
        return None
    *session, person, company, roles, managed, belongs_to, administrator_id, administrator = row
    return SessionHolder(
        CurrentSession(*session),
        person,
        company,
        frozenset((roles or "").split(",")) - {""},
        frozenset(int(product) for product in (managed or "").split(",") if product),
        belongs_to,
        administrator,
        administers=administrator_id == person.id,
    )


def company_choices(person: Person) -> tuple[CompanyChoice, ...]:
    """Return the companies that the person can switch to, by name."""
    belonging = (
        select(Company.id, Company.name)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.person_id == person.id, *_is_active())
        .order_by(Company.name, Company.id)
    )
    return tuple(CompanyChoice(*row) for row in rows(belonging))


@statement
def _holder() -> Select[*tuple[Any, ...]]:
    administrator, held = aliased(Person), aliased(Membership)
    session = Session.id, Session.created_at, Session.last_used_at
    return (
        select(*session, Person, Company, _roles(), _managed(), _memberships(), administrator.id, administrator.name)
        .select_from(Session)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(Company, Company.id == _active_company())
        .outerjoin(held, held.id == Company.administrator_id)
        .outerjoin(administrator, administrator.id == held.person_id)
        .where(Session.token_hash == bindparam("token_hash"))
    )


def _active_company() -> ColumnElement[int]:
    """SQL: the chosen company while the person is a member, else that of the oldest membership."""
    mine = select(Membership.company_id).join(Membership.company).correlate(Session)
    mine = mine.where(Membership.person_id == Session.person_id, *_is_active())
    chosen = mine.where(Membership.company_id == Session.company_id)
    oldest = mine.order_by(Membership.started_at, Membership.id).limit(1)
    return func.coalesce(chosen.scalar_subquery(), oldest.scalar_subquery())


def _memberships() -> ScalarSelect[int]:
    counted = select(func.count()).select_from(Membership).join(Membership.company)
    return counted.where(Membership.person_id == Session.person_id, *_is_active()).correlate(Session).scalar_subquery()


def _is_active() -> tuple[ColumnElement[bool], ...]:
    return Membership.ended_at.is_(None), Company.closed_at.is_(None)


def _roles() -> ScalarSelect[str]:
    held = select(func.aggregate_strings(StaffRole.role, ",")).where(StaffRole.person_id == Session.person_id)
    return held.correlate(Session).scalar_subquery()


def _managed() -> ScalarSelect[str]:
    products = func.aggregate_strings(cast(ProductManager.product_id, String), ",")
    return select(products).where(ProductManager.person_id == Session.person_id).correlate(Session).scalar_subquery()
