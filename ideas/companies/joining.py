"""Create a company, add members, set its one administrator."""

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.cnpj import Cnpj
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Refused


class CompanyAlreadyExists(Refused):
    """A company with this CNPJ already exists."""

    message = N_("Já existe uma empresa com este CNPJ.")


class NotAMember(Refused):
    """The administrator of a company must be one of its members."""

    message = N_("Só quem faz parte da empresa pode administrá-la.")


def create_company(name: str, cnpj: Cnpj, *, financial_email: str | None = None) -> Company:
    """Create a company without members. Raises CompanyAlreadyExists."""
    if db.session.scalar(select(Company.id).where(Company.cnpj == cnpj.code)) is not None:
        raise CompanyAlreadyExists
    company = Company(cnpj=cnpj.code, root=cnpj.root, name=name.strip(), financial_email=financial_email)
    db.session.add(company)
    db.session.flush()
    return company


def join(person: Person, company: Company) -> Membership:
    """Create the person's membership, or reopen the ended one. Idempotent."""
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    membership = db.session.scalar(held)
    if membership is None:
        membership = Membership(person_id=person.id, company_id=company.id)
        db.session.add(membership)
    elif membership.ended_at is not None:
        membership.started_at, membership.ended_at = clock.now(), None
    db.session.flush()
    return membership


def set_administrator(company: Company, membership: Membership) -> None:
    """Set the company's administrator, replacing the previous one. Raises NotAMember.

    The database itself ensures that there is one, and that it is a current member of this company.
    """
    if membership.company_id != company.id or membership.ended_at is not None:
        raise NotAMember
    company.administrator_id = membership.id
    db.session.flush()


def companies_of(person: Person) -> list[Company]:
    """Return the person's companies, oldest membership first."""
    belonging = (
        select(Company)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.person_id == person.id, Membership.ended_at.is_(None), Company.closed_at.is_(None))
        .order_by(Membership.started_at, Membership.id)
    )
    return list(db.session.scalars(belonging))
