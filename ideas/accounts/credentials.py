"""Changing what one signs in with: the password, the e-mail. Each change is told by mail.

Whoever calls these has proved who they are: by the current password, or by a link.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select

from ideas import clock
from ideas.accounts import identifying, links, sessions
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import EmailChange, Person, SignIn
from ideas.accounts.registering import EmailTaken
from ideas.accounts.signing_in import Outcome
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import mailing, recording

EMAIL = "email"
EMAIL_LASTS = timedelta(hours=24)
#: Letters that one person can have sent to new addresses in a day.
PER_DAY = 5


class SameEmail(Refused):
    """Nothing would change."""

    message = N_("Este já é o seu e-mail.")
    status = 422


class TooManyChanges(Refused):
    """A stranger's address must not be flooded from here."""

    message = N_("Foram muitos pedidos de troca de e-mail hoje. Tente de novo amanhã.")
    status = 429


def subject_of(person_id: int) -> str:
    """What a person's links are about."""
    return f"person:{person_id}"


def person_of(subject: str, *, locked: bool = False) -> Person | None:
    """Whom a link is about; locked until the commit by whoever changes them."""
    return db.session.get(Person, int(subject.removeprefix("person:")), with_for_update=locked)


def replace_password(person: Person, password_hash: str, *, but: int | None = None) -> None:
    """Make this the password: every session but that one ends, and no link from before works."""
    person.password_hash = password_hash
    sessions.end_all(person, but=but)
    links.revoke(subject_of(person.id))
    recording.record("password_changed", thing="person", thing_id=person.id, by=person.id)


def ask_for_email(person: Person, email: str, *, network: str) -> None:
    """Have a link mailed to the new address; the old one stays until it is used. Raises SameEmail, TooManyChanges.

    An address that is another account's is answered alike: its owner is told by mail instead.
    """
    email = email.strip().lower()
    if email == person.email:
        raise SameEmail
    account = identifying.keyed_hash(f"ideas/email\0{person.id}")
    today = select(func.count()).where(SignIn.account_key == account, SignIn.at > clock.now() - timedelta(days=1))
    if (db.session.scalar(today) or 0) >= PER_DAY:
        raise TooManyChanges
    db.session.add(SignIn(account_key=account, network=network, outcome=Outcome.EMAIL, person_id=person.id))
    db.session.execute(delete(EmailChange).where(EmailChange.person_id == person.id))
    db.session.add(EmailChange(person_id=person.id, email=email))
    links.revoke(subject_of(person.id), EMAIL)
    recording.record("email_change_asked", thing="person", thing_id=person.id, by=person.id)


def mint_for_email(person_id: int) -> str:
    """The token of the link that confirms the new address."""
    return links.mint(EMAIL, subject_of(person_id), EMAIL_LASTS)


def email_awaited(token: str) -> str:
    """The address that the link confirms; the link goes on working. Raises LinkSpent."""
    return _change(links.look(EMAIL, token)).email


def confirm_email(token: str) -> Person:
    """Spend the link: the new address is the person's. Raises LinkSpent, EmailTaken."""
    subject = links.spend(EMAIL, token)
    change, person = _change(subject), person_of(subject, locked=True)
    if person is None or person.closed_at is not None:
        raise LinkSpent
    if owner_of(change.email) is not None:
        raise EmailTaken
    before = person.email
    person.email, person.email_confirmed_at = change.email, clock.now()
    db.session.delete(change)
    links.revoke(subject)
    mailing.mark_accepted(change.email)
    recording.record("email_changed", thing="person", thing_id=person.id, by=person.id, before=before)
    return person


def owner_of(email: str) -> Person | None:
    """Whose the address is already."""
    return db.session.scalar(select(Person).where(Person.email == email))


def _change(subject: str) -> EmailChange:
    change = db.session.get(EmailChange, int(subject.removeprefix("person:")))
    if change is None:
        raise LinkSpent
    return change
