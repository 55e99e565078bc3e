"""The lists of the panel: companies, people and the audit log, newest first, by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from ideas import clock
from ideas.accounts.models import Person, Session, StaffRole
from ideas.audit.models import AuditEntry
from ideas.companies.cnpj import Cnpj, InvalidCnpj
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.operations import references
from ideas.operations.references import Names
from ideas.search import names

#: Rows per page.
PAGE_SIZE = 30


class CompanyFilter(StrEnum):
    """The filters of the companies; the values are those of the address."""

    ALL = "todas"
    #: Without an administrator who can sign in.
    WITHOUT_ADMINISTRATOR = "sem-administrador"
    BLOCKED = "com-pendencia"
    CLOSED = "encerradas"


class PeopleFilter(StrEnum):
    """The filters of the people; the values are those of the address."""

    ALL = "todas"
    STAFF = "equipe"
    SUSPENDED = "suspensas"
    LOCKED = "bloqueadas"


class CompanyRow(NamedTuple):
    """A company with its administrator."""

    company: Company
    administrator: Person | None


class PersonRow(NamedTuple):
    """A person with their roles, separated by commas."""

    person: Person
    roles: str | None


class EntryRow(NamedTuple):
    """An audit entry, its actor (None for a command or a job), and the current names of what entries mention."""

    entry: AuditEntry
    by: Person | None
    names: Names


@dataclass(frozen=True)
class LogFilters:
    """The filters of the audit log: actor, action and thing."""

    by_id: int | None = None
    action: str | None = None
    thing: tuple[str, int] | None = None


def companies(which: CompanyFilter, search: str, *, before: int | None) -> Sequence[CompanyRow]:
    """Companies with matching prefixes in their name, or with that CNPJ: at most PAGE_SIZE + 1."""
    rows = _with_administrator().where(*_company_conditions(which), *_company_matches(search))
    rows = rows.where(*(() if before is None else (Company.id < before,)))
    return [CompanyRow(*row) for row in db.session.execute(rows.order_by(Company.id.desc()).limit(PAGE_SIZE + 1))]


def company(company_id: int) -> CompanyRow | None:
    """One company with its administrator."""
    row = db.session.execute(_with_administrator().where(Company.id == company_id)).one_or_none()
    return CompanyRow(*row) if row else None


def count_without_administrator() -> int:
    """The number of open companies without an administrator who can sign in."""
    query = select(func.count()).select_from(Company).where(*_company_conditions(CompanyFilter.WITHOUT_ADMINISTRATOR))
    return db.session.scalar(query) or 0


def members(company: Company, *, before: int | None) -> Sequence[tuple[Membership, Person]]:
    """The company's members: at most PAGE_SIZE + 1."""
    rows = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    rows = rows.where(Membership.company_id == company.id, Membership.ended_at.is_(None))
    rows = rows.where(*(() if before is None else (Membership.id < before,)))
    return [(one, who) for one, who in db.session.execute(rows.order_by(Membership.id.desc()).limit(PAGE_SIZE + 1))]


def people(which: PeopleFilter, search: str, *, before: int | None) -> Sequence[PersonRow]:
    """People with matching prefixes in their name or email: at most PAGE_SIZE + 1."""
    held = select(func.aggregate_strings(StaffRole.role, ",")).where(StaffRole.person_id == Person.id).scalar_subquery()
    rows = select(Person, held).where(Person.closed_at.is_(None), *_people_conditions(which))
    rows = rows.where(*names.matching("person", Person.id, search), *(() if before is None else (Person.id < before,)))
    return [PersonRow(*row) for row in db.session.execute(rows.order_by(Person.id.desc()).limit(PAGE_SIZE + 1))]


def companies_of(person: Person) -> Sequence[tuple[Company, Membership]]:
    """The companies that the person belongs to, closed ones included."""
    rows = select(Company, Membership).join(Membership, Membership.company_id == Company.id)
    rows = rows.where(Membership.person_id == person.id, Membership.ended_at.is_(None)).order_by(Membership.id)
    return [(one, membership) for one, membership in db.session.execute(rows)]


def count_sessions(person: Person) -> int:
    """The number of the person's session rows."""
    return db.session.scalar(select(func.count()).where(Session.person_id == person.id)) or 0


def staff() -> Sequence[Person]:
    """The people with a staff role, by name."""
    held = exists().where(StaffRole.person_id == Person.id)
    return db.session.scalars(select(Person).where(held).order_by(Person.name, Person.id)).all()


def entries(filters: LogFilters, *, before: int | None, limit: int = PAGE_SIZE + 1) -> Sequence[EntryRow]:
    """The matching audit entries: at most `limit`."""
    rows = select(AuditEntry, Person).outerjoin(Person, Person.id == AuditEntry.by_id)
    if filters.by_id is not None:
        rows = rows.where(AuditEntry.by_id == filters.by_id)
    if filters.action is not None:
        rows = rows.where(AuditEntry.action == filters.action)
    if filters.thing is not None:
        rows = rows.where(AuditEntry.thing == filters.thing[0], AuditEntry.thing_id == filters.thing[1])
    rows = rows if before is None else rows.where(AuditEntry.id < before)
    found = db.session.execute(rows.order_by(AuditEntry.id.desc()).limit(limit)).all()
    names = references.names_of([entry for entry, _ in found])
    return [EntryRow(entry, by, names) for entry, by in found]


def _with_administrator() -> Select[Company, Person]:
    held = aliased(Membership)
    rows = select(Company, Person).outerjoin(held, held.id == Company.administrator_id)
    return rows.outerjoin(Person, Person.id == held.person_id)


def _company_conditions(which: CompanyFilter) -> tuple[ColumnElement[bool], ...]:
    if which is CompanyFilter.CLOSED:
        return (Company.closed_at.is_not(None),)
    if which is CompanyFilter.BLOCKED:
        return (Company.financially_blocked_at.is_not(None),)
    if which is CompanyFilter.WITHOUT_ADMINISTRATOR:
        disabled = or_(Person.locked_at.is_not(None), Person.closed_at.is_not(None))
        cannot_sign_in = select(Membership.id).join(Person, Person.id == Membership.person_id).where(disabled)
        return (
            Company.closed_at.is_(None),
            or_(Company.administrator_id.is_(None), Company.administrator_id.in_(cannot_sign_in.correlate(None))),
        )
    return ()


def _company_matches(search: str) -> list[ColumnElement[bool]]:
    try:
        return [Company.cnpj == Cnpj.parse(search).code]
    except InvalidCnpj:
        return names.matching("company", Company.id, search)


def _people_conditions(which: PeopleFilter) -> tuple[ColumnElement[bool], ...]:
    if which is PeopleFilter.STAFF:
        return (exists().where(StaffRole.person_id == Person.id),)
    if which is PeopleFilter.SUSPENDED:
        not_over = or_(Person.suspended_until.is_(None), Person.suspended_until > clock.now())
        return Person.suspended_at.is_not(None), not_over
    if which is PeopleFilter.LOCKED:
        return (Person.locked_at.is_not(None),)
    return ()
