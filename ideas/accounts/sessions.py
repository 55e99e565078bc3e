"""Sessions as rows, found by the hash of their token.

The token has 256 random bits; the plain token is only in the browser.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Delete, Update, delete, select, update

from ideas import clock
from ideas.accounts.models import Person, Session
from ideas.db import db


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lasts without use, and in total."""

    idle: timedelta
    total: timedelta


class CurrentSession(NamedTuple):
    """What a request needs of its session. Loading the row as an object takes longer."""

    id: int
    created_at: datetime
    last_used_at: datetime


CUSTOMER_LIMITS = SessionLimits(idle=timedelta(days=7), total=timedelta(days=30))
STAFF_LIMITS = SessionLimits(idle=timedelta(hours=1), total=timedelta(hours=12))
#: `last_used_at` is updated at most this often.
TOUCH_INTERVAL = timedelta(minutes=5)


def start(person: Person, *, device: str, company_id: int | None = None) -> str:
    """Start a session and return its token. The active company defaults to the one chosen last."""
    token = secrets.token_urlsafe(32)
    company_id = company_id or person.last_company_id
    db.session.execute(delete(Session).where(Session.person_id == person.id, Session.created_at < _oldest_start()))
    db.session.add(
        Session(token_hash=hash_token(token), person_id=person.id, company_id=company_id, device=device[:120])
    )
    db.session.flush()
    return token


def hash_token(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_active(session: Session | CurrentSession, *, staff: bool) -> bool:
    """Return whether the session is within its limits, which are shorter for staff."""
    limits, now = STAFF_LIMITS if staff else CUSTOMER_LIMITS, clock.now()
    return now - session.last_used_at < limits.idle and now - session.created_at < limits.total


def needs_touch(session: CurrentSession) -> bool:
    """Return whether `last_used_at` is due for an update."""
    return clock.now() - session.last_used_at >= TOUCH_INTERVAL


def touch_statement(session: CurrentSession) -> Update:
    """Return the statement that updates `last_used_at`, for a transaction of its own."""
    now = clock.now()
    return (
        update(Session)
        .where(Session.id == session.id, Session.last_used_at <= now - TOUCH_INTERVAL)
        .values(last_used_at=now)
    )


def end_statement(session: CurrentSession) -> Delete:
    """Return the statement that deletes an expired session, so that setting the clock back cannot revive it."""
    return delete(Session).where(Session.id == session.id)


def end(token: str) -> None:
    """End the session with that token. Idempotent."""
    db.session.execute(delete(Session).where(Session.token_hash == hash_token(token)))


def renew(session_id: int) -> str:
    """Give the session a new token and return it; the previous one stops working."""
    token = secrets.token_urlsafe(32)
    db.session.execute(update(Session).where(Session.id == session_id).values(token_hash=hash_token(token)))
    return token


def end_all(person: Person, *, except_session_id: int | None = None) -> None:
    """End all sessions of the person, except the one with that id."""
    others = delete(Session).where(Session.person_id == person.id)
    db.session.execute(others if except_session_id is None else others.where(Session.id != except_session_id))


def end_one(person: Person, session_id: int) -> None:
    """End that session of the person. Idempotent; does nothing for another person's session."""
    db.session.execute(delete(Session).where(Session.id == session_id, Session.person_id == person.id))


def active_sessions(person: Person, *, staff: bool) -> list[Session]:
    """Return the person's sessions that have not expired, most recently used first."""
    held = select(Session).where(Session.person_id == person.id).order_by(Session.last_used_at.desc(), Session.id)
    return [session for session in db.session.scalars(held) if is_active(session, staff=staff)]


def set_active_company(session_id: int, person: Person, company_id: int) -> None:
    """Set the active company of the session, and of the person's next sessions.

    The caller checks that the person belongs to the company.
    """
    db.session.execute(update(Session).where(Session.id == session_id).values(company_id=company_id))
    person.last_company_id = company_id


def _oldest_start() -> datetime:
    return clock.now() - CUSTOMER_LIMITS.total
