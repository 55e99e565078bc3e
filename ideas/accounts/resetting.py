"""Reset a forgotten password (*Esqueci minha senha*): email a link, and set a new password with it.

Every request gets the same answer in the same time, from the same statements: the recipient, if there is one, is stored
in the event, and the worker sends the email. The account does not change until the link is used. Using the link does
not sign the person in.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from ideas import clock, networks
from ideas.accounts import credentials, identifying, known_browsers, links
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import Person, SignIn
from ideas.accounts.signing_in import SignInOutcome, lock_attempts
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

PURPOSE = "password"
LINK_LIFETIME = timedelta(hours=1)
#: Beyond that, one email every six hours, and two a day that a browser known to the account, or an operator, asks for.
SLOW_INTERVAL, MAX_EXTRA_PER_DAY = timedelta(hours=6), 2
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


def request_link(login: str, network: str, device: str | None = None, *, language: str) -> None:
    """Email a link to the account with this CPF or email, if there is one. The caller cannot tell.

    `device` is the cookie of a known browser, which keeps a way in for the owner when strangers use up the limits.
    """
    account = identifying.account_key(login)
    lock_attempts()
    person_id = identifying.mailable_person_id(login)
    for_key = _is_due(SignIn.account_key == account)
    for_person = _is_due(SignIn.person_id == (person_id or 0))
    has_extra = _has_extra(person_id) and known_browsers.verify_cookie(device, person_id) is not None
    is_within_limits = for_key and not _is_network_at_limit(network)
    if not is_within_limits and not has_extra:
        return
    if not (is_within_limits and for_person) and has_extra:
        account = _extra_key(person_id)
    recipient_id = person_id if for_person or has_extra else None
    db.session.add(SignIn(account_key=account, network=network, outcome=SignInOutcome.RESET, person_id=recipient_id))
    recording.record("password_reset_asked", thing="person", thing_id=recipient_id, by=None, language=language)


def send_link(person: Person, *, by: Person, network: str) -> None:
    """Email a link to the person on behalf of an operator, who never sees the link nor the password.

    Raises NoMailbox, TooManyLinks.
    """
    lock_attempts()
    if not person.email or not person.can_sign_in:
        raise NoMailbox
    account = identifying.account_key(person.email)
    if not _is_due(SignIn.person_id == person.id):
        if not _has_extra(person.id):
            raise TooManyLinks(most=_count_requests(DAY, SignIn.person_id == person.id))
        account = _extra_key(person.id)
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


def _is_due(condition: ColumnElement[bool]) -> bool:
    """Whether another email may be sent: five a day at any time, then one every six hours."""
    is_slow = _count_requests(DAY, condition) >= MAX_PER_PERSON_AND_DAY
    is_recent = _count_requests(SLOW_INTERVAL, condition) > 0
    return not (is_slow and is_recent)


def _has_extra(person_id: int | None) -> bool:
    return _count_requests(DAY, SignIn.account_key == _extra_key(person_id)) < MAX_EXTRA_PER_DAY


def _extra_key(person_id: int | None) -> str:
    return identifying.keyed_hash(f"ideas/reset-extra\0{person_id or 0}")


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
