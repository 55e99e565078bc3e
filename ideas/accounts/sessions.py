"""Sessions as rows: begun, found by the hash of their token, ended.

The token is the browser's alone: 256 random bits, kept hashed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, select, update

from ideas import clock
from ideas.accounts.models import Person, Session
from ideas.db import db


@dataclass(frozen=True)
class Limits:
    """How long a session lasts unused, and in all."""

    idle: timedelta
    in_all: timedelta


CUSTOMERS = Limits(idle=timedelta(days=7), in_all=timedelta(days=30))
STAFF = Limits(idle=timedelta(hours=1), in_all=timedelta(hours=12))
#: A session's use is written down at most this often.
EVERY = timedelta(minutes=5)


def begin(person: Person, *, device: str, company_id: int | None = None) -> str:
    """Sign a browser in; returns its token. Unless given, the active company is the one the person chose last."""
    token = secrets.token_urlsafe(32)
    company_id = company_id or person.last_company_id
    db.session.execute(delete(Session).where(Session.person_id == person.id, Session.created_at < _long_ago()))
    db.session.add(Session(token_hash=hash_of(token), person_id=person.id, company_id=company_id, device=device[:120]))
    db.session.flush()
    return token


def hash_of(token: str) -> str:
    """What the row keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def goes_on(session: Session, *, staff: bool) -> bool:
    """Whether the session is within its limits, which are shorter for staff."""
    limits, now = STAFF if staff else CUSTOMERS, clock.now()
    return now - session.last_used_at < limits.idle and now - session.created_at < limits.in_all


def is_due(session: Session) -> bool:
    """Whether it is time to write down that the session is used."""
    return clock.now() - session.last_used_at >= EVERY


def using(session: Session) -> Update:
    """The statement that writes down that the session is used: for a transaction of its own."""
    now = clock.now()
    return update(Session).where(Session.id == session.id, Session.last_used_at <= now - EVERY).values(last_used_at=now)


def ending(session: Session) -> Delete:
    """The statement that ends a session whose time is over, so that no clock set back revives it."""
    return delete(Session).where(Session.id == session.id)


def end(token: str) -> None:
    """Sign that browser out. Ending it twice is harmless."""
    db.session.execute(delete(Session).where(Session.token_hash == hash_of(token)))


def end_all(person: Person, *, but: int | None = None) -> None:
    """Sign the person out everywhere, except in the session of that id."""
    others = delete(Session).where(Session.person_id == person.id)
    db.session.execute(others if but is None else others.where(Session.id != but))


def end_one(person: Person, session_id: int) -> None:
    """Sign the person out in that session of theirs. Ending it twice, or another's, does nothing."""
    db.session.execute(delete(Session).where(Session.id == session_id, Session.person_id == person.id))


def of(person: Person, *, staff: bool) -> list[Session]:
    """The person's sessions that go on, the last used first."""
    held = select(Session).where(Session.person_id == person.id).order_by(Session.last_used_at.desc(), Session.id)
    return [session for session in db.session.scalars(held) if goes_on(session, staff=staff)]


def choose_company(session_id: int, person: Person, company_id: int) -> None:
    """Make that company the active one of the session, and of the person's next ones.

    Whether the person belongs to it is asked by the caller.
    """
    db.session.execute(update(Session).where(Session.id == session_id).values(company_id=company_id))
    person.last_company_id = company_id


def _long_ago() -> datetime:
    return clock.now() - CUSTOMERS.in_all
