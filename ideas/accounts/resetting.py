"""Reset a forgotten password (*Esqueci minha senha*): email a link, and set a new password with it.

Every request gets the same answer in the same time, from the same statements: the recipient, if there is one, is stored
in the event, and the worker sends the email. The account does not change until the link is used. Using the link does
not sign the person in.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from ideas import clock, networks
from ideas.accounts import credentials, identifying, links
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import Person, SignIn
from ideas.accounts.signing_in import SignInOutcome, lock_attempts
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

PURPOSE = "password"
LINK_LIFETIME = timedelta(hours=1)
#: Emails per person and day, and requests per network and hour. Further requests get the same answer and no email.
MAX_PER_PERSON_AND_DAY, MAX_PER_NETWORK_AND_HOUR = 5, 30
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class NoMailbox(Refused):
    """The account has no email, or is locked."""

    message = N_("Esta conta não tem e-mail ou está bloqueada: não há para onde mandar o link.")


class TooManyLinks(Refused):
    """The person received the maximum of links for today."""

    message = N_("Esta pessoa já recebeu %(most)s links hoje. Tente de novo amanhã.")
    status = 429


def request_link(login: str, network: str, *, language: str) -> None:
    """Email a link to the account with this CPF or email, if there is one. The caller cannot tell."""
    account = identifying.account_key(login)
    lock_attempts()
    person_id = identifying.mailable_person_id(login)
    requested = _count_requests(DAY, SignIn.account_key == account)
    received = _count_requests(DAY, SignIn.person_id == (person_id or 0))
    if requested >= MAX_PER_PERSON_AND_DAY or _is_network_at_limit(network):
        return
    recipient_id = person_id if received < MAX_PER_PERSON_AND_DAY else None
    db.session.add(SignIn(account_key=account, network=network, outcome=SignInOutcome.RESET, person_id=recipient_id))
    recording.record("password_reset_asked", thing="person", thing_id=recipient_id, by=None, language=language)


def send_link(person: Person, *, by: Person, network: str) -> None:
    """Email a link to the person on behalf of an operator, who never sees the link nor the password.

    Raises NoMailbox, TooManyLinks.
    """
    lock_attempts()
    if not person.email or not person.can_sign_in:
        raise NoMailbox
    if _count_requests(DAY, SignIn.person_id == person.id) >= MAX_PER_PERSON_AND_DAY:
        raise TooManyLinks(most=MAX_PER_PERSON_AND_DAY)
    account = identifying.account_key(person.email)
    db.session.add(SignIn(account_key=account, network=network, outcome=SignInOutcome.RESET, person_id=person.id))
    recording.record("password_reset_asked", thing="person", thing_id=person.id, by=by.id, language=person.language)
    log.write(by=by, action="reset_sent", thing="person", thing_id=person.id)


def create_link(person_id: int) -> str:
    """Create a link for the person, and return its token."""
    return links.create_link(PURPOSE, credentials.link_subject(person_id), LINK_LIFETIME)


def person_by_token(token: str) -> Person:
    """Return the person of a link, without spending it. Raises LinkSpent."""
    return _ensure_can_sign_in(credentials.person_by_subject(links.peek(PURPOSE, token)))


def set_password(token: str, password_hash: str) -> Person:
    """Spend the link, set the password and end every session. Raises LinkSpent."""
    person = _ensure_can_sign_in(credentials.person_by_subject(links.spend(PURPOSE, token), for_update=True))
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    credentials.replace_password(person, password_hash)
    return person


def _ensure_can_sign_in(person: Person | None) -> Person:
    if person is None or not person.can_sign_in:
        raise LinkSpent
    return person


def _is_network_at_limit(network: str) -> bool:
    if _count_requests(HOUR, SignIn.network == network) >= MAX_PER_NETWORK_AND_HOUR:
        return True
    site = networks.site_prefix(network)
    return site is not None and (
        _count_requests(HOUR, SignIn.network.startswith(site)) >= MAX_PER_NETWORK_AND_HOUR * networks.SITE_FACTOR
    )


def _count_requests(within: timedelta, *conditions: ColumnElement[bool]) -> int:
    asks = select(func.count()).where(
        SignIn.outcome == SignInOutcome.RESET, SignIn.at > clock.now() - within, *conditions
    )
    return db.session.scalar(asks) or 0
