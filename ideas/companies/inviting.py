"""Asking a person into a company by e-mail: invite, send again, revoke.

The letter carries a link of 48 hours that opens once; the worker mints it, so that no link lies in
a row. An invitation tells the administrator nothing about who has an account elsewhere.
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

#: What the links are for (accounts/links.py), and how long a letter's one is good.
PURPOSE = "invitation"
LASTS = timedelta(hours=48)
#: Letters that one company sends to one address in a day (reliability.md A12).
MOST_LETTERS = 5
DAY = timedelta(days=1)


class AlreadyInvited(Refused):
    """An invitation to this address waits."""

    message = N_("Já existe um convite pendente para este e-mail. Você pode enviá-lo de novo na lista de convites.")


class AlreadyAMember(Refused):
    """Somebody of the company has this e-mail."""

    message = N_("Quem usa este e-mail já faz parte da empresa.")


class TooManyLetters(Refused):
    """The address had its letters for today."""

    message = N_("Este e-mail já recebeu %(most)s convites hoje. Tente de novo amanhã.")
    status = 429


@dataclass(frozen=True, kw_only=True)
class NewInvitation:
    """What an administrator types of a person."""

    name: str
    email: str
    permissions: Permissions = field(default_factory=Permissions)
    makes_administrator: bool = False
    language: str | None = None
    cpf_lookup: str | None = field(default=None, repr=False)


def invite(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """Ask a person into the company; the letter goes at once.

    Raises NotTheAdministrator, AlreadyInvited, AlreadyAMember, TooManyLetters.
    """
    administering.lock(company, by)
    return write(company, new, by=by)


def invite_administrator(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """Ask in the person who becomes the company's administrator on accepting: for operators alone, who ask the caller.

    Raises AlreadyInvited, AlreadyAMember, TooManyLetters.
    """
    db.session.refresh(company, with_for_update=administering.LOCK)
    return write(company, new, by=by)


def write(company: Company, new: NewInvitation, *, by: Person) -> Invitation:
    """The same, for a company that the caller locked and whose permission was asked."""
    email = email_addresses.folded(new.email)
    if email in members_among([email], company):
        raise AlreadyAMember
    if email in invited_among([email], company):
        raise AlreadyInvited
    _ensure_few_letters(email, company)
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
    _send(invitation, by)
    log.write(by=by, action="person_invited", thing="invitation", thing_id=invitation.id,
              after={"company": company.id, "administrator": new.makes_administrator})  # fmt: skip
    return invitation


def send_again(invitation: Invitation, *, company: Company, by: Person) -> None:
    """A new letter with a new link; the links before it are over.

    Raises NotTheAdministrator, Missing (accepted or revoked meanwhile), TooManyLetters.
    """
    administering.lock(company, by)
    renew(invitation, company, by=by)


def renew(invitation: Invitation, company: Company, *, by: Person) -> None:
    """The same, for a company that the caller locked and whose permission was asked."""
    lock(invitation, company)
    _ensure_few_letters(invitation.email, company)
    invitation.sent_at, invitation.tries = clock.now(), 0
    invitation.sendings += 1
    db.session.flush()
    _send(invitation, by)


def revoke(invitation: Invitation, *, company: Company, by: Person) -> None:
    """Take the invitation back; its link is over. Raises NotTheAdministrator, Missing."""
    administering.lock(company, by)
    withdraw(invitation, company, by=by)


def withdraw(invitation: Invitation, company: Company, *, by: Person) -> None:
    """The same, for a company that the caller locked and whose permission was asked."""
    lock(invitation, company)
    invitation.revoked_at = clock.now()
    db.session.flush()
    log.write(by=by, action="invitation_revoked", thing="invitation", thing_id=invitation.id,
              before={"company": company.id})  # fmt: skip


def lock(invitation: Invitation, company: Company) -> None:
    """Lock the company's invitation while it is open. Raises Missing."""
    db.session.refresh(invitation, with_for_update=administering.LOCK)
    if invitation.company_id != company.id or not invitation.is_open:
        raise Missing


def mint(invitation: Invitation) -> str:
    """The token of a new link to the invitation; the one before it works no more."""
    return links.mint(PURPOSE, f"invitation:{invitation.id}", LASTS)


def members_among(emails: list[str], company: Company) -> set[str]:
    """Those of these folded e-mails that somebody of the company has: one query."""
    held = select(Person.email).join(Membership, Membership.person_id == Person.id)
    mine = held.where(Membership.company_id == company.id, Membership.ended_at.is_(None), Person.email.in_(emails))
    return {email for email in db.session.scalars(mine) if email}


def invited_among(emails: list[str], company: Company) -> set[str]:
    """Those of these folded e-mails to which an open invitation of the company stands: one query."""
    waiting = select(Invitation.email).where(
        Invitation.company_id == company.id,
        Invitation.email.in_(emails),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    return set(db.session.scalars(waiting))


def written_to_often_among(emails: list[str], company: Company) -> set[str]:
    """Those of these folded e-mails that had their letters of the company for today: one query."""
    lately = select(Invitation.email).where(
        Invitation.company_id == company.id,
        Invitation.email.in_(emails),
        Invitation.sent_at > clock.now() - DAY,
    )
    often = lately.group_by(Invitation.email).having(func.sum(Invitation.sendings) >= MOST_LETTERS)
    return set(db.session.scalars(often))


def _ensure_few_letters(email: str, company: Company) -> None:
    sent = select(func.coalesce(func.sum(Invitation.sendings), 0)).where(
        Invitation.company_id == company.id, Invitation.email == email, Invitation.sent_at > clock.now() - DAY
    )
    if (db.session.scalar(sent) or 0) >= MOST_LETTERS:
        raise TooManyLetters(most=MOST_LETTERS)


def _send(invitation: Invitation, by: Person) -> None:
    recording.record("invitation_sent", thing="invitation", thing_id=invitation.id, by=by.id)
