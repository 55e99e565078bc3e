"""Operators register, correct, block and close companies, and set the first administrator. Each action is logged.

A financial block prevents a company's members from opening tickets about products. It does not affect ideas or
financial tickets.
"""

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.companies import administering, inviting, joining
from ideas.companies.administering import CannotAdminister
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import Company, Invitation, Membership
from ideas.db import db
from ideas.errors import N_, Refused


class HasAdministrator(Refused):
    """The company has an administrator who can sign in, and who hands over the administration."""

    message = N_("Esta empresa já tem quem a administre. É essa pessoa quem passa a administração.")


def register(name: str, cnpj: Cnpj, *, financial_email: str | None, by: Person | None) -> Company:
    """Create a company without members. Raises CompanyAlreadyExists."""
    company = joining.create_company(name, cnpj, financial_email=financial_email)
    _log("company_registered", company, by, after=_facts(company))
    return company


def correct(company: Company, *, name: str, financial_email: str | None, by: Person | None) -> None:
    """Change the company's name and financial email. Does nothing if they are the same."""
    before = _facts(company)
    company.name, company.financial_email = name.strip(), financial_email
    if _facts(company) != before:
        _log("company_corrected", company, by, before=before, after=_facts(company))


def block(company: Company, *, by: Person | None, why: str = "") -> None:
    """Block the company for owing money (pendência financeira)."""
    if not company.financially_blocked:
        company.financially_blocked_at = clock.now()
        company.financially_blocked_by_id = by.id if by else None
        _log("company_blocked", company, by, why=why)


def unblock(company: Company, *, by: Person | None, why: str = "") -> None:
    """Remove the financial block."""
    if company.financially_blocked:
        company.financially_blocked_at = company.financially_blocked_by_id = None
        _log("company_unblocked", company, by, why=why)


def close(company: Company, *, by: Person | None, why: str = "") -> None:
    """Close the company: its members no longer act for it. What they wrote and voted stays."""
    if company.closed_at is None:
        company.closed_at = clock.now()
        _log("company_closed", company, by, why=why)


def reopen(company: Company, *, by: Person | None, why: str = "") -> None:
    """Let the members of a closed company act for it again."""
    if company.closed_at is not None:
        company.closed_at = None
        _log("company_reopened", company, by, why=why)


def name_administrator(company: Company, membership: Membership, *, by: Person) -> None:
    """Make a member the administrator of a company without an acting one.

    Locks the company: of two concurrent operators, the slower is refused. Raises HasAdministrator, CannotAdminister,
    NotAMember.
    """
    _ensure_no_acting_administrator(company)
    if not db.session.get_one(Person, membership.person_id, populate_existing=True).can_sign_in:
        raise CannotAdminister
    if (invited := pending_administrator_invitation(company)) is not None:
        inviting.revoke_locked(invited, company, by=by)
    administering.appoint(company, membership, by=by)


def invite_administrator(company: Company, name: str, email: str, *, by: Person) -> Invitation:
    """Invite the administrator of a company without an acting one; the email is sent at once.

    Raises HasAdministrator, and the refusals of inviting.
    """
    _ensure_no_acting_administrator(company)
    new = NewInvitation(name=name, email=email, makes_administrator=True)
    return inviting.invite_administrator(company, new, by=by)


def resend_invitation(invitation: Invitation, company: Company, *, by: Person) -> None:
    """Resend the invitation of the future administrator. Raises Missing, TooManyInvitationEmails."""
    _lock(company)
    inviting.resend_locked(invitation, company, by=by)


def revoke_invitation(invitation: Invitation, company: Company, *, by: Person) -> None:
    """Revoke the invitation of the future administrator. Raises Missing."""
    _lock(company)
    inviting.revoke_locked(invitation, company, by=by)


def pending_administrator_invitation(company: Company) -> Invitation | None:
    """Return the newest open invitation that appoints an administrator."""
    waiting = select(Invitation).where(
        Invitation.company_id == company.id,
        Invitation.makes_administrator,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    return db.session.scalar(waiting.order_by(Invitation.id.desc()).limit(1))


def _ensure_no_acting_administrator(company: Company) -> None:
    """Lock the company. Raises HasAdministrator if its administrator can sign in."""
    _lock(company)
    before = _administrator(company)
    if before is not None and before.can_sign_in:
        raise HasAdministrator


def _lock(company: Company) -> None:
    db.session.refresh(company, with_for_update=administering.ROW_LOCK)


def _administrator(company: Company) -> Person | None:
    if company.administrator_id is None:
        return None
    held = db.session.get_one(Membership, company.administrator_id)
    return db.session.get_one(Person, held.person_id, populate_existing=True)


def _facts(company: Company) -> log.Facts:
    return {"name": company.name, "financial_email": company.financial_email}


def _log(
    action: str,
    company: Company,
    by: Person | None,
    before: log.Facts | None = None,
    after: log.Facts | None = None,
    why: str = "",
) -> None:
    log.write(by=by, action=action, thing="company", thing_id=company.id, before=before, after=after, why=why)
