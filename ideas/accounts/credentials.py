"""Change a person's password or email. Each change is notified by email.

The caller has verified the person: by the current password, or by a link.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select

from ideas import clock
from ideas.accounts import identifying, links, sessions
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import EmailChange, Person, SignIn
from ideas.accounts.registering import EmailTaken
from ideas.accounts.signing_in import SignInOutcome
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import mailing, recording

EMAIL_PURPOSE = "email"
EMAIL_LINK_LIFETIME = timedelta(hours=24)
#: Limits the emails that a person can have sent to other addresses.
MAX_EMAIL_CHANGES_PER_DAY = 5


class SameEmail(Refused):
    """The new email is the current one."""

    message = N_("Este já é o seu e-mail.")
    status = 422


class TooManyChanges(Refused):
    """The person requested too many changes today: their emails could flood a stranger's address."""

    message = N_("Foram muitos pedidos de troca de e-mail hoje. Tente de novo amanhã.")
    status = 429


def link_subject(person_id: int) -> str:
    """Return the subject of a person's links."""
    return f"person:{person_id}"


def person_by_subject(subject: str, *, for_update: bool = False) -> Person | None:
    """Return the person of a link's subject; `for_update` locks the row until the commit."""
    return db.session.get(Person, int(subject.removeprefix("person:")), with_for_update=for_update)


def replace_password(person: Person, password_hash: str, *, except_session_id: int | None = None) -> None:
    """Set the password, end every other session, and revoke the person's links."""
    person.password_hash = password_hash
    sessions.end_all(person, except_session_id=except_session_id)
    links.revoke(link_subject(person.id))
    recording.record("password_changed", thing="person", thing_id=person.id, by=person.id)


def request_email_change(person: Person, email: str, *, network: str) -> None:
    """Email a confirmation link to the new address. The email changes when the link is used.

    If another account has that address, the answer is the same, and its owner gets an email instead of a link. Raises
    SameEmail, TooManyChanges.
    """
    email = email.strip().lower()
    if email == person.email:
        raise SameEmail
    account = identifying.keyed_hash(f"ideas/email\0{person.id}")
    today = select(func.count()).where(SignIn.account_key == account, SignIn.at > clock.now() - timedelta(days=1))
    if (db.session.scalar(today) or 0) >= MAX_EMAIL_CHANGES_PER_DAY:
        raise TooManyChanges
    db.session.add(SignIn(account_key=account, network=network, outcome=SignInOutcome.EMAIL, person_id=person.id))
    db.session.execute(delete(EmailChange).where(EmailChange.person_id == person.id))
    db.session.add(EmailChange(person_id=person.id, email=email))
    links.revoke(link_subject(person.id), EMAIL_PURPOSE)
    recording.record("email_change_asked", thing="person", thing_id=person.id, by=person.id)


def create_email_link(person_id: int) -> str:
    """Create the link that confirms the new address, and return its token."""
    return links.create_link(EMAIL_PURPOSE, link_subject(person_id), EMAIL_LINK_LIFETIME)


def pending_email(token: str) -> str:
    """Return the address that the link confirms, without spending the link. Raises LinkSpent."""
    return _pending_change(links.peek(EMAIL_PURPOSE, token)).email


def confirm_email(token: str) -> Person:
    """Spend the link and set the person's new email. Raises LinkSpent, EmailTaken."""
    subject = links.spend(EMAIL_PURPOSE, token)
    change, person = _pending_change(subject), person_by_subject(subject, for_update=True)
    if person is None or person.closed_at is not None:
        raise LinkSpent
    if person_by_email(change.email) is not None:
        raise EmailTaken
    before = person.email
    person.email, person.email_confirmed_at = change.email, clock.now()
    db.session.delete(change)
    links.revoke(subject)
    mailing.mark_accepted(change.email)
    recording.record("email_changed", thing="person", thing_id=person.id, by=person.id, before=before)
    return person


def person_by_email(email: str) -> Person | None:
    """Return the person who has that email."""
    return db.session.scalar(select(Person).where(Person.email == email))


def _pending_change(subject: str) -> EmailChange:
    change = db.session.get(EmailChange, int(subject.removeprefix("person:")))
    if change is None:
        raise LinkSpent
    return change
