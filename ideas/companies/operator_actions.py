"""What operators do to companies: register, correct, block for money owed, close, name who first administers.

Each act is logged. A financial block keeps a company's people from opening tickets about products;
it never touches ideas, nor financial tickets.
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
    """Who administers the company can sign in, and hands over themselves."""

    message = N_("Esta empresa já tem quem a administre. É essa pessoa quem passa a administração.")


def register(name: str, cnpj: Cnpj, *, financial_email: str | None, by: Person | None) -> Company:
    """A new company, still without people. Raises AlreadyFounded."""
    company = joining.found(name, cnpj, financial_email=financial_email)
    _note("company_registered", company, by, after=_facts(company))
    return company


def correct(company: Company, *, name: str, financial_email: str | None, by: Person | None) -> None:
    """Give the company another name or financial e-mail; the same ones again change nothing."""
    before = _facts(company)
    company.name, company.financial_email = name.strip(), financial_email
    if _facts(company) != before:
        _note("company_corrected", company, by, before=before, after=_facts(company))


def block(company: Company, *, by: Person | None, why: str = "") -> None:
    """Note that the company owes money (pendência financeira), from now on."""
    if not company.financially_blocked:
        company.financially_blocked_at = clock.now()
        company.financially_blocked_by_id = by.id if by else None
        _note("company_blocked", company, by, why=why)


def unblock(company: Company, *, by: Person | None, why: str = "") -> None:
    """Note that the company has paid."""
    if company.financially_blocked:
        company.financially_blocked_at = company.financially_blocked_by_id = None
        _note("company_unblocked", company, by, why=why)


def close(company: Company, *, by: Person | None, why: str = "") -> None:
    """End the company here: its people act in its name no more. What they wrote and voted stays."""
    if company.closed_at is None:
        company.closed_at = clock.now()
        _note("company_closed", company, by, why=why)


def reopen(company: Company, *, by: Person | None, why: str = "") -> None:
    """Let a closed company's people act in its name again."""
    if company.closed_at is not None:
        company.closed_at = None
        _note("company_reopened", company, by, why=why)


def name_administrator(company: Company, membership: Membership, *, by: Person) -> None:
    """Make a member the administrator of a company that has none who can act.

    The company is locked first: of two operators at once, the slower is refused. Raises
    HasAdministrator, CannotAdminister, NotAMember.
    """
    _ensure_leaderless(company)
    if not db.session.get_one(Person, membership.person_id, populate_existing=True).can_sign_in:
        raise CannotAdminister
    if (invited := administrator_invited(company)) is not None:
        inviting.withdraw(invited, company, by=by)
    administering.appoint(company, membership, by=by)


def invite_administrator(company: Company, name: str, email: str, *, by: Person) -> Invitation:
    """Ask in the person who administers a company that has nobody who can; the letter goes at once.

    Raises HasAdministrator and what inviting raises.
    """
    _ensure_leaderless(company)
    new = NewInvitation(name=name, email=email, makes_administrator=True)
    return inviting.invite_administrator(company, new, by=by)


def send_again(invitation: Invitation, company: Company, *, by: Person) -> None:
    """A new letter to whoever is to administer the company. Raises Missing, TooManyLetters."""
    _lock(company)
    inviting.renew(invitation, company, by=by)


def withdraw(invitation: Invitation, company: Company, *, by: Person) -> None:
    """Take back the invitation of whoever was to administer the company. Raises Missing."""
    _lock(company)
    inviting.withdraw(invitation, company, by=by)


def administrator_invited(company: Company) -> Invitation | None:
    """The newest open invitation that makes its guest the administrator."""
    waiting = select(Invitation).where(
        Invitation.company_id == company.id,
        Invitation.makes_administrator,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    return db.session.scalar(waiting.order_by(Invitation.id.desc()).limit(1))


def _ensure_leaderless(company: Company) -> None:
    """Lock the company, and refuse one whose administrator can sign in. Raises HasAdministrator."""
    _lock(company)
    before = _administrator(company)
    if before is not None and before.can_sign_in:
        raise HasAdministrator


def _lock(company: Company) -> None:
    db.session.refresh(company, with_for_update=administering.LOCK)


def _administrator(company: Company) -> Person | None:
    if company.administrator_id is None:
        return None
    held = db.session.get_one(Membership, company.administrator_id)
    return db.session.get_one(Person, held.person_id, populate_existing=True)


def _facts(company: Company) -> log.Facts:
    return {"name": company.name, "financial_email": company.financial_email}


def _note(
    deed: str,
    company: Company,
    by: Person | None,
    before: log.Facts | None = None,
    after: log.Facts | None = None,
    why: str = "",
) -> None:
    log.write(by=by, action=deed, thing="company", thing_id=company.id, before=before, after=after, why=why)
