"""Accept an invitation by its link.

A new person enters the CPF and chooses a password. A person with an account is either signed in with the invited email,
or enters the password of that account. Every wrong input gets the same refusal: an invitation must not reveal which
accounts exist.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from sqlalchemy import select

from ideas import clock
from ideas.accounts import identifying, links, registering
from ideas.accounts.documents import Cpf
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import IdentityDocument, Person
from ideas.accounts.registering import AlreadyRegistered, EmailTaken, NewPerson
from ideas.companies import administering, inviting, joining
from ideas.companies.models import Company, Invitation, Membership
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.outbox import recording

#: Attempts per link. After that, the administrator must resend the invitation.
MAX_ATTEMPTS = 10


class InvitationOver(Refused):
    """The link is expired, used, revoked, replaced by a newer one, or unknown. The message does not say which."""

    message = N_("Este link não vale mais. Peça a quem administra a empresa que envie o convite de novo.")
    status = 410


class ForSomebodyElse(NotAllowed):
    """The invitation is for a person other than the one who is signed in."""

    message = N_("Este convite é para outra pessoa. Saia da sua conta e abra o link de novo.")


class CannotJoin(Refused):
    """No account can be created or used with this CPF and password. The message does not say why."""

    message = N_("Não deu para entrar com estes dados. Se você já tem cadastro no portal, use a senha que já tem.")
    status = 422


class OpenInvitation(NamedTuple):
    """An invitation that can be accepted, and its company."""

    invitation: Invitation
    company: Company


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """The input of a new person; the password is already hashed."""

    cpf: Cpf
    password_hash: str = field(repr=False)
    language: str | None = None


def peek(token: str) -> OpenInvitation:
    """Return the invitation without spending the link, because mail scanners follow links. Raises InvitationOver."""
    return _load_open(links.peek, token)


def spend(token: str) -> OpenInvitation:
    """Spend the link. Of concurrent calls exactly one succeeds. Raises InvitationOver."""
    return _load_open(links.spend, token)


def _load_open(read_link: Callable[[str, str], str], token: str) -> OpenInvitation:
    try:
        number = int(read_link(inviting.LINK_PURPOSE, token).removeprefix("invitation:"))
    except LinkSpent:
        raise InvitationOver from None
    row = db.session.execute(
        select(Invitation, Company).join(Invitation.company).where(Invitation.id == number, Company.closed_at.is_(None))
    ).one_or_none()
    if row is None or not row[0].is_open:
        raise InvitationOver
    return OpenInvitation(*row)


def is_for(invitation: Invitation, person: Person) -> bool:
    """Return whether the invitation is for this person: by the CPF of the access request, else by email."""
    if invitation.cpf_lookup is not None:
        return _has_cpf(person, invitation.cpf_lookup)
    return person.email == invitation.email


def count_attempt(invitation: Invitation) -> None:
    """Count an attempt with the link; commit before verifying it. Raises InvitationOver after too many."""
    _lock(invitation)
    if invitation.tries >= MAX_ATTEMPTS:
        raise InvitationOver
    invitation.tries += 1


def accept(invitation: Invitation, person: Person) -> Membership:
    """Add the signed-in person to the company. Raises InvitationOver, ForSomebodyElse."""
    company = _lock(invitation)
    if not is_for(invitation, person):
        raise ForSomebodyElse
    return _join(person, company, invitation)


def accept_verified(invitation: Invitation, person: Person, cpf: Cpf) -> Membership:
    """Add a person who has the link and entered the password of that CPF's account, with whatever email.

    Raises InvitationOver, CannotJoin.
    """
    company = _lock(invitation)
    _ensure_requested_by(invitation, cpf)
    return _join(person, company, invitation)


def register(invitation: Invitation, new: Newcomer) -> Person:
    """Create a person and add them to the company; the link confirms the email. Raises InvitationOver, CannotJoin."""
    company = _lock(invitation)
    _ensure_requested_by(invitation, new.cpf)
    new_person = NewPerson(name=invitation.name, email=invitation.email, cpf=new.cpf,
                      password_hash=new.password_hash, language=new.language)  # fmt: skip
    try:
        person = registering.register(new_person)
    except (AlreadyRegistered, EmailTaken):
        raise CannotJoin from None
    person.email_confirmed_at = clock.now()
    _join(person, company, invitation)
    return person


def refuse_credentials(invitation: Invitation, cpf: Cpf) -> NoReturn:
    """Refuse a wrong password for an existing account, after sending the same statements as `register`.

    The duration must not reveal that the CPF has an account. Raises InvitationOver, CannotJoin.
    """
    _lock(invitation)
    _ensure_requested_by(invitation, cpf)
    with suppress(AlreadyRegistered, EmailTaken):
        registering.ensure_new(cpf, invitation.email)
    raise CannotJoin


def _join(person: Person, company: Company, invitation: Invitation) -> Membership:
    membership = joining.join(person, company)
    membership.permissions = invitation.permissions
    invitation.accepted_at, invitation.accepted_by_id = clock.now(), person.id
    person.last_company_id = company.id
    db.session.flush()
    recording.record("invitation_accepted", thing="company", thing_id=company.id, by=person.id,
                     company=company.name, invited_by=invitation.invited_by_id)  # fmt: skip
    if invitation.makes_administrator and company.administrator_id != membership.id:
        administering.appoint(company, membership, by=_inviter(invitation))
    return membership


def _lock(invitation: Invitation) -> Company:
    """Lock the company, then the invitation: the order of every operation on a company. Raises InvitationOver."""
    company = db.session.get_one(Company, invitation.company_id)
    db.session.refresh(company, with_for_update=administering.ROW_LOCK)
    try:
        inviting.lock(invitation, company)
    except Missing:
        raise InvitationOver from None
    if company.closed_at is not None:
        raise InvitationOver
    return company


def _inviter(invitation: Invitation) -> Person | None:
    return db.session.get(Person, invitation.invited_by_id) if invitation.invited_by_id else None


def _ensure_requested_by(invitation: Invitation, cpf: Cpf) -> None:
    if invitation.cpf_lookup is not None and invitation.cpf_lookup not in identifying.ring().lookups(cpf):
        raise CannotJoin


def _has_cpf(person: Person, lookup: str) -> bool:
    document = db.session.scalar(
        select(IdentityDocument).where(IdentityDocument.person_id == person.id, IdentityDocument.kind == "cpf")
    )
    if document is None:
        return False
    cpf = identifying.ring().open(document.sealed, context=f"person:{person.id}")
    return lookup in identifying.ring().lookups(cpf)
