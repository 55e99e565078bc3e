"""Invite a person to a company by email, resend and revoke the invitation.

The email has a one-time link that is valid for 48 hours. The worker creates the link, so no row holds it. An invitation
does not reveal to the administrator whether the person has an account.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import email_addresses, links
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.companies import administering
from ideas.companies.models import Company, Invitation, Membership, Permissions
from ideas.db import db
from ideas.errors import N_, Missing, Refused
from ideas.outbox import recording

#: The purpose of the links (accounts/links.py), and their lifetime.
LINK_PURPOSE = "invitation"
LINK_LIFETIME = timedelta(hours=48)
#: Emails that a company can send to one address per day (reliability.md A12).
MAX_EMAILS_PER_DAY = 5
DAY = timedelta(days=1)


class AlreadyInvited(Refused):
    """An invitation to this address is pending."""

    message = N_("Já existe um convite pendente para este e-mail. Você pode enviá-lo de novo na lista de convites.")


class AlreadyAMember(Refused):
    """A member of the company has this email."""

    message = N_("Quem usa este e-mail já faz parte da empresa.")


class TooManyInvitationEmails(Refused):
    """The address received the maximum of emails for today."""

    message = N_("Este e-mail já recebeu %(most)s convites hoje. Tente de novo amanhã.")
    status = 429


@dataclass(frozen=True, kw_only=True)
class NewInvitation:
    """The person to invite, and what they get."""

    name: str
    email: str
    permissions: Permissions = field(default_factory=Permissions)
    makes_administrator: bool = False
    language: str | None = None
    cpf_lookup: str | None = field(default=None, repr=False)


def invite(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """Invite a person to the company; the email is sent at once.

    Raises NotTheAdministrator, AlreadyInvited, AlreadyAMember, TooManyInvitationEmails.
    """
    administering.lock(company, by)
    return create_invitation(company, new, by=by)


def invite_administrator(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """Invite the person who becomes the company's administrator. For operators; the caller checks permission.

    Raises AlreadyInvited, AlreadyAMember, TooManyInvitationEmails.
    """
    db.session.refresh(company, with_for_update=administering.ROW_LOCK)
    return create_invitation(company, new, by=by)


def create_invitation(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """The same, when the caller has locked the company and checked permission."""
    email = email_addresses.normalize(new.email)
    if email in member_emails_among([email], company):
        raise AlreadyAMember
    if email in invited_emails_among([email], company):
        raise AlreadyInvited
    _ensure_within_daily_limit(email, company)
    invitation = Invitation(
        company_id=company.id,
        email=email,
        name=new.name.strip(),
        makes_administrator=new.makes_administrator,
        cpf_lookup=new.cpf_lookup,
        invited_by_id=by.id,
        language=new.language or by.language,
        self_service=new.permissions.self_service,
        technical_consulting=new.permissions.technical_consulting,
        tickets_restricted=new.permissions.tickets_restricted,
    )
    db.session.add(invitation)
    db.session.flush()
    _record_sending(invitation, by)
    log.write(by=by, action="person_invited", thing="invitation", thing_id=invitation.id,
              after={"company": company.id, "administrator": new.makes_administrator})  # fmt: skip
    return invitation


def resend(invitation: Invitation, *, company: Company, by: Person) -> None:
    """Send the email again with a new link, which replaces the earlier ones.

    Raises NotTheAdministrator, Missing (accepted or revoked meanwhile), TooManyInvitationEmails.
    """
    administering.lock(company, by)
    resend_locked(invitation, company, by=by)


def resend_locked(invitation: Invitation, company: Company, *, by: Person) -> None:
    """The same, when the caller has locked the company and checked permission."""
    lock(invitation, company)
    _ensure_within_daily_limit(invitation.email, company)
    invitation.sent_at, invitation.tries = clock.now(), 0
    invitation.sendings += 1
    db.session.flush()
    _record_sending(invitation, by)


def revoke(invitation: Invitation, *, company: Company, by: Person) -> None:
    """Revoke the invitation and its link. Raises NotTheAdministrator, Missing."""
    administering.lock(company, by)
    revoke_locked(invitation, company, by=by)


def revoke_locked(invitation: Invitation, company: Company, *, by: Person) -> None:
    """The same, when the caller has locked the company and checked permission."""
    lock(invitation, company)
    invitation.revoked_at = clock.now()
    db.session.flush()
    log.write(by=by, action="invitation_revoked", thing="invitation", thing_id=invitation.id,
              before={"company": company.id})  # fmt: skip


def lock(invitation: Invitation, company: Company) -> None:
    """Lock the invitation. Raises Missing if it is not open, or of another company."""
    db.session.refresh(invitation, with_for_update=administering.ROW_LOCK)
    if invitation.company_id != company.id or not invitation.is_open:
        raise Missing


def create_link(invitation: Invitation) -> str:
    """Create a new link to the invitation, which replaces the previous one, and return its token."""
    return links.create_link(LINK_PURPOSE, f"invitation:{invitation.id}", LINK_LIFETIME)


def member_emails_among(emails: list[str], company: Company) -> set[str]:
    """Return those of these normalised emails that members of the company have, in one query."""
    held = select(Person.email).join(Membership, Membership.person_id == Person.id)
    mine = held.where(Membership.company_id == company.id, Membership.ended_at.is_(None), Person.email.in_(emails))
    return {email for email in db.session.scalars(mine) if email}


def invited_emails_among(emails: list[str], company: Company) -> set[str]:
    """Return those of these normalised emails that have an open invitation of the company, in one query."""
    waiting = select(Invitation.email).where(
        Invitation.company_id == company.id,
        Invitation.email.in_(emails),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    return set(db.session.scalars(waiting))


def exhausted_emails_among(emails: list[str], company: Company) -> set[str]:
    """Return those of these normalised emails that reached the company's daily limit, in one query."""
    lately = select(Invitation.email).where(
        Invitation.company_id == company.id,
        Invitation.email.in_(emails),
        Invitation.sent_at > clock.now() - DAY,
    )
    often = lately.group_by(Invitation.email).having(func.sum(Invitation.sendings) >= MAX_EMAILS_PER_DAY)
    return set(db.session.scalars(often))


def _ensure_within_daily_limit(email: str, company: Company) -> None:
    sent = select(func.coalesce(func.sum(Invitation.sendings), 0)).where(
        Invitation.company_id == company.id, Invitation.email == email, Invitation.sent_at > clock.now() - DAY
    )
    if (db.session.scalar(sent) or 0) >= MAX_EMAILS_PER_DAY:
        raise TooManyInvitationEmails(most=MAX_EMAILS_PER_DAY)


def _record_sending(invitation: Invitation, by: Person) -> None:
    recording.record("invitation_sent", thing="invitation", thing_id=invitation.id, by=by.id)
