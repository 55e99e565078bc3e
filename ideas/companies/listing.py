"""A company's members and pending invitations for its administrator, newest first, in pages."""

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


class CompanyMember(NamedTuple):
    """A membership and its person."""

    membership: Membership
    person: Person


def members(
    company: Company, *, words: str = "", before: tuple[datetime, int] | None = None, limit: int
) -> Sequence[CompanyMember]:
    """Return members whose name or email contains every word. `before` is the cursor of the previous page."""
    rows = (
        select(Membership, Person)
        .join(Membership.person)
        .where(Membership.company_id == company.id, Membership.ended_at.is_(None), *_matching(words))
        .order_by(Membership.started_at.desc(), Membership.id.desc())
        .limit(limit)
    )
    rows = rows if before is None else rows.where(or_(*sql.after(Membership.started_at, Membership.id, before)))
    return [CompanyMember(*row) for row in db.session.execute(rows)]


def find_member(number: int, company: Company) -> CompanyMember | None:
    """Return the company's member with that membership id."""
    row = db.session.execute(
        select(Membership, Person)
        .join(Membership.person)
        .where(Membership.id == number, Membership.company_id == company.id, Membership.ended_at.is_(None))
    ).one_or_none()
    return CompanyMember(*row) if row else None


def membership_by_email(email: str, company: Company) -> Membership | None:
    """Return the membership of the member with that email."""
    held = select(Membership).join(Membership.person)
    return db.session.scalar(
        held.where(
            Membership.company_id == company.id,
            Membership.ended_at.is_(None),
            Person.email == email_addresses.normalize(email),
        )
    )


def count_members(company: Company) -> int:
    """Count the members of the company."""
    mine = select(func.count()).where(Membership.company_id == company.id, Membership.ended_at.is_(None))
    return db.session.scalar(mine) or 0


def administrator_of(company: Company) -> CompanyMember | None:
    """Return the company's administrator, if there is one."""
    held = select(Membership, Person).join(Membership.person).where(Membership.id == company.administrator_id)
    row = db.session.execute(held).one_or_none()
    return CompanyMember(*row) if row else None


def membership_of(person: Person, company: Company) -> Membership | None:
    """Return the person's active membership of that company."""
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    return db.session.scalar(held.where(Membership.ended_at.is_(None)))


def pending_invitations(company: Company, *, before: int | None = None, limit: int) -> Sequence[Invitation]:
    """Return the company's pending invitations, newest first. `before` is the cursor of the previous page."""
    waiting = select(Invitation).where(*_is_pending(company)).order_by(Invitation.id.desc()).limit(limit)
    return db.session.scalars(waiting if before is None else waiting.where(Invitation.id < before)).all()


def count_pending_invitations(company: Company) -> int:
    """Count the company's pending invitations."""
    return db.session.scalar(select(func.count()).select_from(Invitation).where(*_is_pending(company))) or 0


def find_pending_invitation(number: int, company: Company) -> Invitation | None:
    """Return the company's pending invitation with that id."""
    return db.session.scalar(select(Invitation).where(Invitation.id == number, *_is_pending(company)))


def _is_pending(company: Company) -> tuple[ColumnElement[bool], ...]:
    return Invitation.company_id == company.id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def _matching(words: str) -> list[ColumnElement[bool]]:
    """Match every word. A company's members are few enough for a scan."""
    text = folded(Person.name + " " + func.coalesce(Person.email, ""))
    return [text.contains(fold(word), autoescape=True) for word in words.split()]
