"""Sign in by CPF or email and password, with limits. The answer never reveals whether an account exists.

There are three steps, because hashing is slow and SQLite has one writer: `record_attempt` counts the attempt (commit),
`verify_password` hashes outside any transaction, and `start_session` adds the session (commit).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select

from ideas import clock, jobs, networks
from ideas.accounts import identifying, known_browsers, passwords, sessions
from ideas.accounts.models import Person, SignIn
from ideas.db import db
from ideas.errors import N_, Refused

WINDOW = timedelta(minutes=5)
#: The access log is stored for six months (Marco Civil da Internet, art. 15), then deleted.
LOG_RETENTION = timedelta(days=183)
#: Failed attempts per window: for one typed key, so twice that for an account with CPF and email; while signed in; from
#: one network (an IPv6 /64; five times that for its /48); in total. Beyond the total, one for a key and one for a
#: network.
MAX_PER_KEY, MAX_PER_SESSION, MAX_PER_NETWORK, MAX_OVERALL = 5, 10, 10, 1000
#: The advisory lock for counting one attempt at a time on PostgreSQL; SQLite has one writer anyway.
_LOCK_KEY = 5_1983_1


class WrongCredentials(Refused):
    """The account does not exist, or the password is wrong. The message does not say which."""

    message = N_("CPF, e-mail ou senha não conferem.")
    status = 422


class AccountLocked(Refused):
    """Correct password, locked account. Commit, so that the attempt is recorded."""

    message = N_("Esta conta está bloqueada por segurança. Fale com o suporte para liberá-la.")
    status = 422


class TooManyAttempts(Refused):
    """A limit is reached; `seconds` is the time until the next attempt."""

    message = N_("Foram muitas tentativas. Espere %(minutes)s min e tente de novo.")
    status = 429

    def __init__(self, wait: timedelta, *, is_flood: bool = False) -> None:
        """`is_flood` means that the total limit is reached, which is an alert for operators."""
        self.is_flood = is_flood
        self.seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(minutes=ceil(self.seconds / 60))


class SignInOutcome(StrEnum):
    """The result of an attempt. It counts as wrong until it is verified."""

    WRONG = "wrong"
    IN = "in"
    LOCKED = "locked"
    #: A signed-in person gave the password again, to change credentials.
    PROVED = "proved"
    #: A link was requested: to set a new password, or to confirm a new email.
    RESET = "reset"
    EMAIL = "email"


@dataclass(frozen=True)
class Attempt:
    """A counted attempt, with what is needed to verify it without the database."""

    id: int
    person_id: int | None
    password_hash: str | None = field(repr=False)
    #: The total limit is reached, which is an alert for operators.
    is_flood: bool = False


def record_attempt(login: str, network: str, device: str | None = None) -> Attempt:
    """Count and store an attempt. Commit, then call `verify_password`. Raises TooManyAttempts, and then writes nothing.

    `device` is the cookie of a known browser: if it is valid for the account, only attempts from that browser count.
    """
    lock_attempts()
    person = identifying.person_by_key(login)
    person = person if person and person.closed_at is None else None
    account = identifying.account_key(login)
    is_flood = False
    if nonce := known_browsers.verify_cookie(device, person.id if person else None):
        account = identifying.keyed_hash(f"{account}\0{nonce}")
        _raise_if_waiting(_waiting_time(MAX_PER_KEY, SignIn.account_key == account))
    else:
        is_flood = _ensure_within_limits(account, network)
    return _add_attempt(account, network, person, is_flood=is_flood)


def record_reauthentication(person: Person, network: str) -> Attempt:
    """Record an attempt by a signed-in person to confirm the password. These are counted separately."""
    lock_attempts()
    account = identifying.keyed_hash(f"ideas/again\0{person.id}")
    _raise_if_waiting(_waiting_time(MAX_PER_SESSION, SignIn.account_key == account))
    return _add_attempt(account, network, person)


def mark_proved(attempt: Attempt) -> None:
    """Mark a reauthentication as successful."""
    db.session.get_one(SignIn, attempt.id).outcome = SignInOutcome.PROVED


def _add_attempt(account: str, network: str, person: Person | None, *, is_flood: bool = False) -> Attempt:
    row = SignIn(
        account_key=account, network=network, outcome=SignInOutcome.WRONG, person_id=person.id if person else None
    )
    db.session.add(row)
    db.session.flush()
    return Attempt(row.id, row.person_id, person.password_hash if person else None, is_flood)


def _ensure_within_limits(account: str, network: str) -> bool:
    """Check the limits of an unfamiliar browser; return whether there is a flood, which only slows it down."""
    is_flood = bool(_waiting_time(MAX_OVERALL))
    per_key, per_network = (1, 1) if is_flood else (MAX_PER_KEY, MAX_PER_NETWORK)
    wait = max(
        _waiting_time(per_key, SignIn.account_key == account),
        _waiting_time(per_network, SignIn.network == network),
        _waiting_time_of_site(network, per_network),
    )
    _raise_if_waiting(wait, is_flood=is_flood)
    return is_flood


def _raise_if_waiting(wait: timedelta, *, is_flood: bool = False) -> None:
    if wait:
        raise TooManyAttempts(wait, is_flood=is_flood)


def verify_password(attempt: Attempt, password: str) -> str | None:
    """Verify the password; return a new hash if the stored one has an outdated cost. Raises WrongCredentials.

    Takes the same time for an account that does not exist. Sends no query, so that no transaction is open meanwhile.
    """
    if not passwords.verify(password, attempt.password_hash) or attempt.password_hash is None:
        raise WrongCredentials
    return passwords.hash_password(password) if passwords.needs_rehash(attempt.password_hash) else None


def start_session(attempt: Attempt, newer_hash: str | None, *, device: str) -> str:
    """Start the session of a verified attempt and return its token.

    Raises AccountLocked, or WrongCredentials if the password was changed in between.
    """
    person = db.session.get(Person, attempt.person_id, with_for_update=True)
    if person is None or person.password_hash != attempt.password_hash:
        raise WrongCredentials
    row = db.session.get_one(SignIn, attempt.id)
    if not person.can_sign_in:
        row.outcome = SignInOutcome.LOCKED
        raise AccountLocked
    row.outcome = SignInOutcome.IN
    person.password_hash = newer_hash or person.password_hash
    return sessions.start(person, device=device)


def start_first_session(attempt: Attempt, person: Person, *, device: str) -> str:
    """Start the session of a person who was just created with this attempt, and return its token."""
    row = db.session.get_one(SignIn, attempt.id)
    row.outcome, row.person_id = SignInOutcome.IN, person.id
    return sessions.start(person, device=device)


def _waiting_time(limit: int, *conditions: ColumnElement[bool]) -> timedelta:
    """Return the time until fewer than `limit` failed attempts are in the window."""
    now = clock.now()
    failed = select(SignIn.at).where(SignIn.outcome == SignInOutcome.WRONG, SignIn.at > now - WINDOW, *conditions)
    earliest = db.session.scalar(failed.order_by(SignIn.at.desc()).offset(limit - 1).limit(1))
    return timedelta(0) if earliest is None else earliest + WINDOW - now


def _waiting_time_of_site(network: str, per_network: int) -> timedelta:
    prefix = networks.site_prefix(network)
    if prefix is None:
        return timedelta(0)
    return _waiting_time(per_network * networks.SITE_FACTOR, SignIn.network.startswith(prefix))


def lock_attempts() -> None:
    """Count one attempt at a time: the lock is released by the commit."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK_KEY)))


@jobs.scheduled("accounts.forget_sign_ins", "10 4 * * *")
def delete_old_sign_ins() -> None:
    """Delete access log entries past their retention."""
    db.session.execute(delete(SignIn).where(SignIn.at < clock.now() - LOG_RETENTION))
