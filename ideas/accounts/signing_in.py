"""Signing in by CPF or e-mail and password, with limits; the answer never tells whether an account exists.

Three steps, because hashing takes long and SQLite has one writer: `attempt` counts and writes the
try down (commit), `prove` hashes outside any transaction, `admit` begins the session (commit).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select

from ideas import clock, jobs
from ideas.accounts import identifying, known_browsers, passwords, sessions
from ideas.accounts.models import Person, SignIn
from ideas.db import db
from ideas.errors import N_, Refused

WINDOW = timedelta(minutes=5)
#: The access log is kept for six months (Marco Civil da Internet, art. 15), and then is gone.
KEPT = timedelta(days=183)
#: Failed tries in a window: for one account, from one network, in all.
PER_ACCOUNT, PER_NETWORK, OVERALL = 10, 10, 1000
#: The advisory lock that makes PostgreSQL count one try at a time, as SQLite's writer does.
_LOCK = 5_1983_1


class WrongPair(Refused):
    """No such account, or another password: nobody is told which."""

    message = N_("CPF, e-mail ou senha não conferem.")
    status = 422


class AccountLocked(Refused):
    """The right password of an account that operators locked. Its try is worth committing."""

    message = N_("Esta conta está bloqueada por segurança. Fale com o suporte para liberá-la.")
    status = 422


class TooManyTries(Refused):
    """The limits are reached; `seconds` says when to come back."""

    message = N_("Foram muitas tentativas. Espere %(minutes)s min e tente de novo.")
    status = 429

    def __init__(self, wait: timedelta, *, is_flood: bool = False) -> None:
        """`is_flood` says that wrong passwords come from everywhere: operators should know."""
        self.is_flood = is_flood
        self.seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(minutes=ceil(self.seconds / 60))


class Outcome(StrEnum):
    """How a try ended. It counts as wrong until it is proved right."""

    WRONG = "wrong"
    IN = "in"
    LOCKED = "locked"
    #: Who is in already gave the password again, for a change of credentials.
    PROVED = "proved"
    #: A link was asked for: to choose a new password, or to confirm a new e-mail.
    RESET = "reset"
    EMAIL = "email"


@dataclass(frozen=True)
class Attempt:
    """A try that was counted, with what is needed to judge it without the database."""

    id: int
    person_id: int | None
    password_hash: str | None = field(repr=False)


def attempt(typed: str, network: str, device: str | None = None) -> Attempt:
    """Count and write down a try to enter. Commit, then `prove` it. Raises TooManyTries, writing nothing.

    `device` is the cookie of a browser that may be familiar with the account: then only its own tries count.
    """
    one_at_a_time()
    person = identifying.person_by_key(typed)
    person = person if person and person.closed_at is None else None
    account = identifying.account_key(typed)
    if nonce := known_browsers.knows(device, person):
        account = identifying.keyed_hash(f"{account}\0{nonce}")
        _refuse(_wait(PER_ACCOUNT, SignIn.account_key == account))
    else:
        _refuse_strangers(account, network)
    return _counted(account, network, person)


def attempt_again(person: Person, network: str) -> Attempt:
    """The same for somebody who is in and gives the password once more: only these tries count for it."""
    one_at_a_time()
    account = identifying.keyed_hash(f"ideas/again\0{person.id}")
    _refuse(_wait(PER_ACCOUNT, SignIn.account_key == account))
    return _counted(account, network, person)


def proved(attempt: Attempt) -> None:
    """Note that a try of somebody who is in was right."""
    db.session.get_one(SignIn, attempt.id).outcome = Outcome.PROVED


def _counted(account: str, network: str, person: Person | None) -> Attempt:
    row = SignIn(account_key=account, network=network, outcome=Outcome.WRONG, person_id=person.id if person else None)
    db.session.add(row)
    db.session.flush()
    return Attempt(row.id, row.person_id, person.password_hash if person else None)


def _refuse_strangers(account: str, network: str) -> None:
    _refuse(
        max(_wait(PER_ACCOUNT, SignIn.account_key == account), _wait(PER_NETWORK, SignIn.network == network)),
        flood=_wait(OVERALL),
    )


def _refuse(wait: timedelta, *, flood: timedelta = timedelta(0)) -> None:
    if wait or flood:
        raise TooManyTries(max(wait, flood), is_flood=bool(flood))


def prove(attempt: Attempt, password: str) -> str | None:
    """Hash; returns a newer hash to keep if today's cost is another. Takes as long for an account that isn't there.

    Raises WrongPair. Reads no row, so that no transaction is open meanwhile.
    """
    if not passwords.matches(password, attempt.password_hash) or attempt.password_hash is None:
        raise WrongPair
    return passwords.hashed(password) if passwords.is_outdated(attempt.password_hash) else None


def admit(attempt: Attempt, newer_hash: str | None, *, device: str) -> str:
    """Begin the session of a proved try; returns its token.

    Raises AccountLocked, and WrongPair when the password was changed in between.
    """
    person = db.session.get(Person, attempt.person_id, with_for_update=True)
    if person is None or person.password_hash != attempt.password_hash:
        raise WrongPair
    row = db.session.get_one(SignIn, attempt.id)
    if not person.can_sign_in:
        row.outcome = Outcome.LOCKED
        raise AccountLocked
    row.outcome = Outcome.IN
    person.password_hash = newer_hash or person.password_hash
    return sessions.begin(person, device=device)


def admit_new(attempt: Attempt, person: Person, *, device: str) -> str:
    """Begin the session of somebody whose account was made just now, with this try; returns its token."""
    row = db.session.get_one(SignIn, attempt.id)
    row.outcome, row.person_id = Outcome.IN, person.id
    return sessions.begin(person, device=device)


def _wait(limit: int, *of: ColumnElement[bool]) -> timedelta:
    """How long until fewer than `limit` failed tries lie in the window."""
    now = clock.now()
    tries = select(SignIn.at).where(SignIn.outcome == Outcome.WRONG, SignIn.at > now - WINDOW, *of)
    earliest = db.session.scalar(tries.order_by(SignIn.at.desc()).offset(limit - 1).limit(1))
    return timedelta(0) if earliest is None else earliest + WINDOW - now


def one_at_a_time() -> None:
    """Until the commit nobody else counts a try."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


@jobs.scheduled("accounts.forget_sign_ins", "10 4 * * *")
def forget_sign_ins() -> None:
    """Delete from the access log what is older than it may be."""
    db.session.execute(delete(SignIn).where(SignIn.at < clock.now() - KEPT))
