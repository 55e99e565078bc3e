"""Esqueci minha senha: a link by mail, and a new password by the link.

Whoever asks gets the same answer in the same time, and the same statements run: who it is for, if
anybody, is written into the event, and the letter is the worker's. Nothing about the account changes
until the link is used, and using it signs nobody in.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from ideas import clock
from ideas.accounts import credentials, identifying, links
from ideas.accounts.links import LinkSpent
from ideas.accounts.models import Person, SignIn
from ideas.accounts.signing_in import Outcome, one_at_a_time
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

PURPOSE = "password"
LASTS = timedelta(hours=1)
#: Letters in a day for one person, and asks from one network in an hour; more are answered alike and forgotten.
PER_PERSON, PER_NETWORK = 5, 30
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class NoMailbox(Refused):
    """There is nowhere to send the link, or nobody who could use it."""

    message = N_("Esta conta não tem e-mail ou está bloqueada: não há para onde mandar o link.")


class TooManyLinks(Refused):
    """The person had their letters for today."""

    message = N_("Esta pessoa já recebeu %(most)s links hoje. Tente de novo amanhã.")
    status = 429


def ask(typed: str, network: str, *, language: str) -> None:
    """Have a link mailed to the account of this CPF or e-mail, if there is one. Never says whether."""
    account = identifying.account_key(typed)
    one_at_a_time()
    person_id = identifying.mailable_by_key(typed)
    asked = _asked(DAY, SignIn.account_key == account)
    received = _asked(DAY, SignIn.person_id == (person_id or 0))
    from_here = _asked(HOUR, SignIn.network == network)
    if asked >= PER_PERSON or from_here >= PER_NETWORK:
        return
    told = person_id if received < PER_PERSON else None
    db.session.add(SignIn(account_key=account, network=network, outcome=Outcome.RESET, person_id=told))
    recording.record("password_reset_asked", thing="person", thing_id=told, by=None, language=language)


def send(person: Person, *, by: Person, network: str) -> None:
    """Have a link mailed to the person at an operator's word, who never sees it nor chooses the password.

    Raises NoMailbox, TooManyLinks.
    """
    one_at_a_time()
    if not person.email or not person.can_sign_in:
        raise NoMailbox
    if _asked(DAY, SignIn.person_id == person.id) >= PER_PERSON:
        raise TooManyLinks(most=PER_PERSON)
    account = identifying.account_key(person.email)
    db.session.add(SignIn(account_key=account, network=network, outcome=Outcome.RESET, person_id=person.id))
    recording.record("password_reset_asked", thing="person", thing_id=person.id, by=by.id, language=person.language)
    log.write(by=by, action="reset_sent", thing="person", thing_id=person.id)


def mint(person_id: int) -> str:
    """The token of a new link for that person."""
    return links.mint(PURPOSE, credentials.subject_of(person_id), LASTS)


def person_of(token: str) -> Person:
    """Whose link it is, which goes on working. Raises LinkSpent."""
    return _standing(credentials.person_of(links.look(PURPOSE, token)))


def choose(token: str, password_hash: str) -> Person:
    """Spend the link: the password is this from now on, and every session ends. Raises LinkSpent."""
    person = _standing(credentials.person_of(links.spend(PURPOSE, token), locked=True))
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    credentials.replace_password(person, password_hash)
    return person


def _standing(person: Person | None) -> Person:
    if person is None or not person.can_sign_in:
        raise LinkSpent
    return person


def _asked(within: timedelta, *of: ColumnElement[bool]) -> int:
    asks = select(func.count()).where(SignIn.outcome == Outcome.RESET, SignIn.at > clock.now() - within, *of)
    return db.session.scalar(asks) or 0
