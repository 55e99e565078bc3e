"""One-time links: each works once, for a limited time, for one purpose, until a newer one replaces it.

There is one row per purpose and subject, and creating a link overwrites its token, so only the newest works. The token
has 256 random bits and is stored hashed; the plain token is only in the email. `peek` writes nothing, because mail
scanners follow links; only a form spends a link.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update

from ideas import clock, sql
from ideas.accounts.models import OneTimeLink
from ideas.db import db
from ideas.errors import N_, Refused


class LinkSpent(Refused):
    """The link was used, expired, was replaced, or never existed. The message does not say which."""

    message = N_("Este link não vale mais. Peça um novo.")
    status = 410


def create_link(purpose: str, subject: str, lifetime: timedelta) -> str:
    """Create a link and return its token. It replaces the previous link for the same purpose and subject."""
    token = secrets.token_urlsafe(32)
    facts = {"token_hash": _hash(token), "expires_at": clock.now() + lifetime, "used_at": None}
    row = sql.upsert(OneTimeLink).values(purpose=purpose, subject=subject, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["purpose", "subject"], set_=facts))
    return token


def peek(purpose: str, token: str) -> str:
    """Return the subject of a valid link without spending it. Raises LinkSpent."""
    subject = db.session.scalar(select(OneTimeLink.subject).where(*_is_valid(purpose, token)))
    if subject is None:
        raise LinkSpent
    return subject


def spend(purpose: str, token: str) -> str:
    """Spend the link and return its subject. Of concurrent calls exactly one succeeds. Raises LinkSpent."""
    spending = update(OneTimeLink).where(*_is_valid(purpose, token)).values(used_at=clock.now())
    subject: str | None = db.session.scalar(spending.returning(OneTimeLink.subject))
    if subject is None:
        raise LinkSpent
    return subject


def revoke(subject: str, *purposes: str) -> None:
    """Invalidate the subject's links: those of these purposes, or all."""
    gone = delete(OneTimeLink).where(OneTimeLink.subject == subject, OneTimeLink.used_at.is_(None))
    db.session.execute(gone.where(OneTimeLink.purpose.in_(purposes)) if purposes else gone)


def _is_valid(purpose: str, token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.token_hash == _hash(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > clock.now(),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
