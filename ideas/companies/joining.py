"""Making a company, letting people in, naming its one administrator."""

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.cnpj import Cnpj
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Refused


class AlreadyFounded(Refused):
    """A company with this CNPJ exists."""

    message = N_("Já existe uma empresa com este CNPJ.")


class NotAMember(Refused):
    """The administrator of a company is one of its people."""

    message = N_("Só quem faz parte da empresa pode administrá-la.")


def found(name: str, cnpj: Cnpj, *, financial_email: str | None = None) -> Company:
    """A new company, still without people. Raises AlreadyFounded."""
    if db.session.scalar(select(Company.id).where(Company.cnpj == cnpj.code)) is not None:
        raise AlreadyFounded
    company = Company(cnpj=cnpj.code, root=cnpj.root, name=name.strip(), financial_email=financial_email)
    db.session.add(company)
    db.session.flush()
    return company


def join(person: Person, company: Company) -> Membership:
    """The person's membership, made, or reopened when they had left; joining twice changes nothing."""
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    membership = db.session.scalar(held)
    if membership is None:
        membership = Membership(person_id=person.id, company_id=company.id)
        db.session.add(membership)
    elif membership.ended_at is not None:
        membership.started_at, membership.ended_at = clock.now(), None
    db.session.flush()
    return membership


def name_administrator(company: Company, membership: Membership) -> None:
    """Make that member the company's one administrator, whoever was before. Raises NotAMember.

    The database itself refuses none, two, another company's and someone who left.
    """
    if membership.company_id != company.id or membership.ended_at is not None:
        raise NotAMember
    company.administrator_id = membership.id
    db.session.flush()


def companies_of(person: Person) -> list[Company]:
    """The companies that the person belongs to, the oldest membership first."""
    belonging = (
        select(Company)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.person_id == person.id, Membership.ended_at.is_(None), Company.closed_at.is_(None))
        .order_by(Membership.started_at, Membership.id)
    )
    return list(db.session.scalars(belonging))
