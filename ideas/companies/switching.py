"""Switch the company that a person acts for, in this session and in later ones."""

from sqlalchemy import exists, select

from ideas.accounts import sessions
from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import Missing


def switch_company(company_id: int, person: Person, session_id: int) -> None:
    """Set the session's active company. Raises Missing if the person is not a member."""
    belongs = exists().where(
        Membership.person_id == person.id,
        Membership.company_id == company_id,
        Membership.ended_at.is_(None),
        Company.id == Membership.company_id,
        Company.closed_at.is_(None),
    )
    if not db.session.scalar(select(belongs)):
        raise Missing
    sessions.set_active_company(session_id, person, company_id)
