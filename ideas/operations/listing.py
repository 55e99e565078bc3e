"""The panel's lists: companies, people and the log, newest first, a page at a time; never all rows."""

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
from ideas.products.models import Product
from ideas.search import names

#: Companies, people or entries to a page.
PAGE = 30


class Companies(StrEnum):
    """Which companies."""

    ALL = "todas"
    #: Without an administrator who can sign in.
    LEADERLESS = "sem-administrador"
    BLOCKED = "com-pendencia"
    CLOSED = "encerradas"


class People(StrEnum):
    """Which people."""

    ALL = "todas"
    STAFF = "equipe"
    SUSPENDED = "suspensas"
    LOCKED = "bloqueadas"


class CompanyRow(NamedTuple):
    """A company in the list, with the person who administers it."""

    company: Company
    administrator: Person | None


class PersonRow(NamedTuple):
    """A person in the list, with the roles they hold, joined by commas."""

    person: Person
    roles: str | None


class EntryRow(NamedTuple):
    """An act in the log; who did it, None for a command or the portal itself; what its thing is called now."""

    entry: AuditEntry
    by: Person | None
    name: str | None


@dataclass(frozen=True)
class Asked:
    """Which acts: by whom, of which sort, about what."""

    by_id: int | None = None
    deed: str | None = None
    thing: tuple[str, int] | None = None


def companies(which: Companies, words: str, *, before: int | None) -> Sequence[CompanyRow]:
    """Companies whose name or CNPJ has these words' beginnings: one more than a page, if there are."""
    rows = _with_administrator().where(*_which_companies(which), *_company_has(words))
    rows = rows.where(*(() if before is None else (Company.id < before,)))
    return [CompanyRow(*row) for row in db.session.execute(rows.order_by(Company.id.desc()).limit(PAGE + 1))]


def company(company_id: int) -> CompanyRow | None:
    """One company, with who administers it."""
    row = db.session.execute(_with_administrator().where(Company.id == company_id)).one_or_none()
    return CompanyRow(*row) if row else None


def count_leaderless() -> int:
    """How many open companies have no administrator who can sign in."""
    counted = select(func.count()).select_from(Company).where(*_which_companies(Companies.LEADERLESS))
    return db.session.scalar(counted) or 0


def members(company: Company, *, before: int | None) -> Sequence[tuple[Membership, Person]]:
    """The company's people: one more than a page, if there are."""
    rows = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    rows = rows.where(Membership.company_id == company.id, Membership.ended_at.is_(None))
    rows = rows.where(*(() if before is None else (Membership.id < before,)))
    return [(one, who) for one, who in db.session.execute(rows.order_by(Membership.id.desc()).limit(PAGE + 1))]


def people(which: People, words: str, *, before: int | None) -> Sequence[PersonRow]:
    """People whose name or e-mail has these words' beginnings: one more than a page, if there are."""
    held = select(func.aggregate_strings(StaffRole.role, ",")).where(StaffRole.person_id == Person.id).scalar_subquery()
    rows = select(Person, held).where(Person.closed_at.is_(None), *_which_people(which))
    rows = rows.where(*names.matching("person", Person.id, words), *(() if before is None else (Person.id < before,)))
    return [PersonRow(*row) for row in db.session.execute(rows.order_by(Person.id.desc()).limit(PAGE + 1))]


def companies_of(person: Person) -> Sequence[tuple[Company, Membership]]:
    """The companies that the person belongs to, also closed ones."""
    rows = select(Company, Membership).join(Membership, Membership.company_id == Company.id)
    rows = rows.where(Membership.person_id == person.id, Membership.ended_at.is_(None)).order_by(Membership.id)
    return [(one, membership) for one, membership in db.session.execute(rows)]


def count_sessions(person: Person) -> int:
    """In how many browsers the person is signed in, as far as rows say."""
    return db.session.scalar(select(func.count()).where(Session.person_id == person.id)) or 0


def staff() -> Sequence[Person]:
    """The vendor's people, by name."""
    held = exists().where(StaffRole.person_id == Person.id)
    return db.session.scalars(select(Person).where(held).order_by(Person.name, Person.id)).all()


def entries(asked: Asked, *, before: int | None, limit: int = PAGE + 1) -> Sequence[EntryRow]:
    """The acts asked for: one more than a page, if there are."""
    rows = select(AuditEntry, Person).outerjoin(Person, Person.id == AuditEntry.by_id)
    if asked.by_id is not None:
        rows = rows.where(AuditEntry.by_id == asked.by_id)
    if asked.deed is not None:
        rows = rows.where(AuditEntry.action == asked.deed)
    if asked.thing is not None:
        rows = rows.where(AuditEntry.thing == asked.thing[0], AuditEntry.thing_id == asked.thing[1])
    rows = rows if before is None else rows.where(AuditEntry.id < before)
    found = db.session.execute(rows.order_by(AuditEntry.id.desc()).limit(limit)).all()
    called = _names([entry for entry, _ in found])
    return [EntryRow(entry, by, called.get((entry.thing, entry.thing_id))) for entry, by in found]


def _names(acts: Sequence[AuditEntry]) -> dict[tuple[str, int | None], str]:
    """What the things of these acts are called now: a statement for each sort of thing."""
    called: dict[tuple[str, int | None], str] = {}
    for thing, id, name in (("company", Company.id, Company.name), ("person", Person.id, Person.name),
                            ("product", Product.id, Product.name_pt)):  # fmt: skip
        if ids := {act.thing_id for act in acts if act.thing == thing}:
            rows = db.session.execute(select(id, name).where(id.in_(ids)))
            called |= {(thing, number): words for number, words in rows}
    return called


def _with_administrator() -> Select[Company, Person]:
    held = aliased(Membership)
    rows = select(Company, Person).outerjoin(held, held.id == Company.administrator_id)
    return rows.outerjoin(Person, Person.id == held.person_id)


def _which_companies(which: Companies) -> tuple[ColumnElement[bool], ...]:
    if which is Companies.CLOSED:
        return (Company.closed_at.is_not(None),)
    if which is Companies.BLOCKED:
        return (Company.financially_blocked_at.is_not(None),)
    if which is Companies.LEADERLESS:
        gone = or_(Person.locked_at.is_not(None), Person.closed_at.is_not(None))
        shut = select(Membership.id).join(Person, Person.id == Membership.person_id).where(gone)
        return (
            Company.closed_at.is_(None),
            or_(Company.administrator_id.is_(None), Company.administrator_id.in_(shut.correlate(None))),
        )
    return ()


def _company_has(words: str) -> list[ColumnElement[bool]]:
    try:
        return [Company.cnpj == Cnpj.parse(words).code]
    except InvalidCnpj:
        return names.matching("company", Company.id, words)


def _which_people(which: People) -> tuple[ColumnElement[bool], ...]:
    if which is People.STAFF:
        return (exists().where(StaffRole.person_id == Person.id),)
    if which is People.SUSPENDED:
        goes_on = or_(Person.suspended_until.is_(None), Person.suspended_until > clock.now())
        return Person.suspended_at.is_not(None), goes_on
    if which is People.LOCKED:
        return (Person.locked_at.is_not(None),)
    return ()
