"""Choosing the company that a person acts for: in this browser, and in those that sign in later."""

from sqlalchemy import exists, select

from ideas.accounts import sessions
from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import Missing


def act_for(company_id: int, person: Person, session_id: int) -> None:
    """Make it that session's active company. Raises Missing when the person does not belong to it."""
    belongs = exists().where(
        Membership.person_id == person.id,
        Membership.company_id == company_id,
        Membership.ended_at.is_(None),
        Company.id == Membership.company_id,
        Company.closed_at.is_(None),
    )
    if not db.session.scalar(select(belongs)):
        raise Missing
    sessions.choose_company(session_id, person, company_id)
