"""Links that work once, for a time, for one purpose; of several only the newest.

There is one row for each purpose and subject: minting anew overwrites the old token, so that the
database itself keeps "newest only". The token is the mail's alone: 256 random bits, kept hashed.
Looking at a link writes nothing, since mail scanners follow links; only a form spends it.
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
    """It was used, is too old, was replaced by a newer one, or never was: nobody is told which."""

    message = N_("Este link não vale mais. Peça um novo.")
    status = 410


def mint(purpose: str, subject: str, lasts: timedelta) -> str:
    """A new token; the one minted before for the same purpose and subject works no more."""
    token = secrets.token_urlsafe(32)
    facts = {"token_hash": _hash_of(token), "expires_at": clock.now() + lasts, "used_at": None}
    row = sql.upsert(OneTimeLink).values(purpose=purpose, subject=subject, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["purpose", "subject"], set_=facts))
    return token


def look(purpose: str, token: str) -> str:
    """The subject of a link that works, which goes on working. Raises LinkSpent."""
    subject = db.session.scalar(select(OneTimeLink.subject).where(*_working(purpose, token)))
    if subject is None:
        raise LinkSpent
    return subject


def spend(purpose: str, token: str) -> str:
    """Use the link up; its subject. Of several at once exactly one succeeds. Raises LinkSpent."""
    spending = update(OneTimeLink).where(*_working(purpose, token)).values(used_at=clock.now())
    subject: str | None = db.session.scalar(spending.returning(OneTimeLink.subject))
    if subject is None:
        raise LinkSpent
    return subject


def revoke(subject: str, *purposes: str) -> None:
    """Make the subject's links work no more: those of these purposes, or all."""
    gone = delete(OneTimeLink).where(OneTimeLink.subject == subject, OneTimeLink.used_at.is_(None))
    db.session.execute(gone.where(OneTimeLink.purpose.in_(purposes)) if purposes else gone)


def _working(purpose: str, token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.token_hash == _hash_of(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > clock.now(),
    )


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
