"""A company's people and its pending invitations, for its administrator: the newest first, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from ideas import sql
from ideas.accounts import email_addresses
from ideas.accounts.models import Person
from ideas.companies.models import Company, Invitation, Membership
from ideas.db import db, folded
from ideas.text import fold


class Member(NamedTuple):
    """A person of the company."""

    membership: Membership
    person: Person


def members(
    company: Company, *, words: str = "", before: tuple[datetime, int] | None = None, limit: int
) -> Sequence[Member]:
    """People of the company whose name or e-mail holds every word, or those that come after one of the list."""
    rows = (
        select(Membership, Person)
        .join(Membership.person)
        .where(Membership.company_id == company.id, Membership.ended_at.is_(None), *_holding(words))
        .order_by(Membership.started_at.desc(), Membership.id.desc())
        .limit(limit)
    )
    rows = rows if before is None else rows.where(or_(*sql.after(Membership.started_at, Membership.id, before)))
    return [Member(*row) for row in db.session.execute(rows)]


def member(number: int, company: Company) -> Member | None:
    """One of the company's people, by the membership's id."""
    row = db.session.execute(
        select(Membership, Person)
        .join(Membership.person)
        .where(Membership.id == number, Membership.company_id == company.id, Membership.ended_at.is_(None))
    ).one_or_none()
    return Member(*row) if row else None


def member_by_email(email: str, company: Company) -> Membership | None:
    """The membership of the company's person of that e-mail."""
    held = select(Membership).join(Membership.person)
    return db.session.scalar(
        held.where(
            Membership.company_id == company.id,
            Membership.ended_at.is_(None),
            Person.email == email_addresses.folded(email),
        )
    )


def count_members(company: Company) -> int:
    """How many people the company has."""
    mine = select(func.count()).where(Membership.company_id == company.id, Membership.ended_at.is_(None))
    return db.session.scalar(mine) or 0


def administrator_of(company: Company) -> Member | None:
    """The company's administrator, if it has one yet."""
    held = select(Membership, Person).join(Membership.person).where(Membership.id == company.administrator_id)
    row = db.session.execute(held).one_or_none()
    return Member(*row) if row else None


def membership_of(person: Person, company: Company) -> Membership | None:
    """The person's membership of that company, if it goes on."""
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    return db.session.scalar(held.where(Membership.ended_at.is_(None)))


def pending(company: Company, *, before: int | None = None, limit: int) -> Sequence[Invitation]:
    """The company's invitations that wait, the newest first, or those that came before one."""
    waiting = select(Invitation).where(*_waits(company)).order_by(Invitation.id.desc()).limit(limit)
    return db.session.scalars(waiting if before is None else waiting.where(Invitation.id < before)).all()


def count_pending(company: Company) -> int:
    """How many invitations wait."""
    return db.session.scalar(select(func.count()).select_from(Invitation).where(*_waits(company))) or 0


def invitation(number: int, company: Company) -> Invitation | None:
    """One of the company's invitations that wait."""
    return db.session.scalar(select(Invitation).where(Invitation.id == number, *_waits(company)))


def _waits(company: Company) -> tuple[ColumnElement[bool], ...]:
    return Invitation.company_id == company.id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def _holding(words: str) -> list[ColumnElement[bool]]:
    """The company's own people are few enough to be looked through."""
    text = folded(Person.name + " " + func.coalesce(Person.email, ""))
    return [text.contains(fold(word), autoescape=True) for word in words.split()]
