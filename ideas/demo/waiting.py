"""Pending invitations of a company, and one pending access request."""

from typing import Any

from sqlalchemy import select

from ideas.accounts import identifying
from ideas.accounts.documents import Cpf
from ideas.companies.cnpj import Cnpj
from ideas.companies.models import AccessRequest, Company, Invitation, Membership, Permissions
from ideas.db import db
from ideas.demo import material
from ideas.demo.material import Calendar
from ideas.notifications.models import Notification
from ideas.outbox.models import Event


def fill(calendar: Calendar) -> None:
    """Create the invitations, already emailed, and the request, already notified to the administrator."""
    people = material.read("people")
    cnpjs = {facts["key"]: Cnpj.parse(facts["cnpj"]).code for facts in material.read("companies")["companies"]}
    companies = {company.cnpj: company for company in db.session.scalars(select(Company))}
    for facts in people["invited"]:
        db.session.add(_invitation(facts, companies[cnpjs[facts["company"]]], calendar))
    for facts in people["asking"]:
        _ask(facts, companies[cnpjs[facts["company"]]], calendar)
    db.session.flush()


def _invitation(facts: dict[str, Any], company: Company, calendar: Calendar) -> Invitation:
    at = calendar.ago(facts["days_ago"], minute=620)
    invitation = Invitation(
        company_id=company.id,
        email=facts["email"],
        name=facts["name"],
        invited_by_id=_administrator(company),
        created_at=at,
        sent_at=at,
    )
    invitation.permissions = Permissions(**dict.fromkeys(facts["permissions"], True))
    return invitation


def _ask(facts: dict[str, Any], company: Company, calendar: Calendar) -> None:
    at = calendar.ago(facts["days_ago"], minute=875)
    asked = AccessRequest(
        company_id=company.id,
        cnpj=company.cnpj,
        cpf_lookup=identifying.ring().lookup(Cpf.parse(facts["cpf"])),
        name=facts["name"],
        email=facts["email"],
        language="pt-BR",
        network="192.0.2.10",
        asked_at=at,
    )
    db.session.add(asked)
    db.session.flush()
    data = {"again": False, "applicant": asked.name, "company": company.name, "orphaned": False}
    event = Event(name="access_requested", thing="access_request", thing_id=asked.id, by_id=None, data=data,
                  recorded_at=at, delivered_at=at)  # fmt: skip
    db.session.add(event)
    db.session.flush()
    db.session.add(Notification(person_id=_administrator(company), event_id=event.id, created_at=at))


def _administrator(company: Company) -> int:
    return db.session.get_one(Membership, company.administrator_id).person_id
