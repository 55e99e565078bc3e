"""Accepting an invitation: who holds its link comes in, as themselves.

A new person types the CPF and chooses a password. Whoever has an account already either is signed
in under the invited e-mail, or proves the account by its own password. What is wrong is never told
apart: an invitation must not become a way to ask who exists.
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

#: Tries to come in by one link; after them the administrator sends another.
MOST_TRIES = 10


class InvitationOver(Refused):
    """Expired, used, revoked, replaced by a newer one, or never given: all the same."""

    message = N_("Este link não vale mais. Peça a quem administra a empresa que envie o convite de novo.")
    status = 410


class ForSomebodyElse(NotAllowed):
    """The invitation is for another person than the one who is signed in."""

    message = N_("Este convite é para outra pessoa. Saia da sua conta e abra o link de novo.")


class CannotComeIn(Refused):
    """The CPF and the password lead to no account that may be made or joined; which is not said."""

    message = N_("Não deu para entrar com estes dados. Se você já tem cadastro no portal, use a senha que já tem.")
    status = 422


class Invited(NamedTuple):
    """An invitation that can still be accepted, and into which company."""

    invitation: Invitation
    company: Company


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What somebody types who comes for the first time. The password comes hashed."""

    cpf: Cpf
    password_hash: str = field(repr=False)
    language: str | None = None


def look(token: str) -> Invited:
    """What the link opens, which goes on working: mail scanners follow links. Raises InvitationOver."""
    return _invited(links.look, token)


def spend(token: str) -> Invited:
    """Use the link up; of several at once exactly one succeeds. Raises InvitationOver."""
    return _invited(links.spend, token)


def _invited(use: Callable[[str, str], str], token: str) -> Invited:
    try:
        number = int(use(inviting.PURPOSE, token).removeprefix("invitation:"))
    except LinkSpent:
        raise InvitationOver from None
    row = db.session.execute(
        select(Invitation, Company).join(Invitation.company).where(Invitation.id == number, Company.closed_at.is_(None))
    ).one_or_none()
    if row is None or not row[0].is_open:
        raise InvitationOver
    return Invited(*row)


def is_for(invitation: Invitation, person: Person) -> bool:
    """Whether the invitation was written to this person: their e-mail, and the CPF that asked for it if one did."""
    if invitation.cpf_lookup is not None:
        return _has_cpf(person, invitation.cpf_lookup)
    return person.email == invitation.email


def note_try(invitation: Invitation) -> None:
    """Count a try to come in by the link. Raises InvitationOver after too many; commit it before judging the try."""
    _lock(invitation)
    if invitation.tries >= MOST_TRIES:
        raise InvitationOver
    invitation.tries += 1


def accept(invitation: Invitation, person: Person) -> Membership:
    """The person joins the company as the invitation says. Raises InvitationOver, ForSomebodyElse."""
    company = _lock(invitation)
    if not is_for(invitation, person):
        raise ForSomebodyElse
    return _let_in(person, company, invitation)


def accept_proved(invitation: Invitation, person: Person, cpf: Cpf) -> Membership:
    """The same for someone who holds the link and just proved to be that CPF's person, whatever their e-mail.

    Raises InvitationOver, CannotComeIn.
    """
    company = _lock(invitation)
    _ensure_asked_by(invitation, cpf)
    return _let_in(person, company, invitation)


def register(invitation: Invitation, new: Newcomer) -> Person:
    """A new person, made and let in; the link has proved the e-mail. Raises InvitationOver, CannotComeIn."""
    company = _lock(invitation)
    _ensure_asked_by(invitation, new.cpf)
    facts = NewPerson(name=invitation.name, email=invitation.email, cpf=new.cpf,
                      password_hash=new.password_hash, language=new.language)  # fmt: skip
    try:
        person = registering.register(facts)
    except (AlreadyRegistered, EmailTaken):
        raise CannotComeIn from None
    person.email_confirmed_at = clock.now()
    _let_in(person, company, invitation)
    return person


def refuse(invitation: Invitation, cpf: Cpf) -> NoReturn:
    """Refuse whoever gave another password than the account's, having asked all that `register` asks.

    The time it takes must not tell that the CPF has an account. Raises InvitationOver, CannotComeIn.
    """
    _lock(invitation)
    _ensure_asked_by(invitation, cpf)
    with suppress(AlreadyRegistered, EmailTaken):
        registering.ensure_new(cpf, invitation.email)
    raise CannotComeIn


def _let_in(person: Person, company: Company, invitation: Invitation) -> Membership:
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
    """The company's row first, as every deed of its administrator takes it. Raises InvitationOver."""
    company = db.session.get_one(Company, invitation.company_id)
    db.session.refresh(company, with_for_update=administering.LOCK)
    try:
        inviting.lock(invitation, company)
    except Missing:
        raise InvitationOver from None
    if company.closed_at is not None:
        raise InvitationOver
    return company


def _inviter(invitation: Invitation) -> Person | None:
    return db.session.get(Person, invitation.invited_by_id) if invitation.invited_by_id else None


def _ensure_asked_by(invitation: Invitation, cpf: Cpf) -> None:
    if invitation.cpf_lookup is not None and invitation.cpf_lookup not in identifying.ring().lookups(cpf):
        raise CannotComeIn


def _has_cpf(person: Person, lookup: str) -> bool:
    document = db.session.scalar(
        select(IdentityDocument).where(IdentityDocument.person_id == person.id, IdentityDocument.kind == "cpf")
    )
    if document is None:
        return False
    cpf = identifying.ring().open(document.sealed, context=f"person:{person.id}")
    return lookup in identifying.ring().lookups(cpf)
