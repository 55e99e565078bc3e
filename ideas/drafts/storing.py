"""Keeping the fields of a form whose session ran out, and giving them back to their owner only.

The owner is the browser that holds the cookie and, where the session's person was known, that
person. Kept for a day. Never a password, a CPF, or more than a form of ours can hold.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select

from ideas import clock, jobs
from ideas.db import db
from ideas.drafts.models import Draft

KIND = "expired"
LASTS = timedelta(days=1)
#: Characters of one form; and forms kept at one time, since anyone may send one.
LARGEST, MOST = 60_000, 5_000
#: Parts of the names of fields that are never kept.
_NEVER = ("password", "senha", "cpf", "csrf")

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class PendingDeed:
    """A form that was sent: the page it stood on, the address it went to, what was typed."""

    address: str
    page: str
    fields: Fields


def keep(deed: PendingDeed, *, person_id: int | None, token: str | None) -> str | None:
    """Keep the deed for that browser (its cookie's token, a new one if it has none); returns its token.

    Takes the place of what the browser kept before. None when it is too large, or too many are kept.
    """
    fields = {name: values for name, values in deed.fields.items() if not _is_secret(name)}
    if sum(len(name) + len(value) for name, values in fields.items() for value in values) > LARGEST:
        return None
    if (db.session.scalar(select(func.count()).where(Draft.kind == KIND)) or 0) >= MOST:
        return None
    if token:
        db.session.execute(delete(Draft).where(Draft.cookie_hash == _hash(token), _owned_by(person_id)))
    token = secrets.token_urlsafe(32)
    kept = {"address": deed.address, "page": deed.page, "fields": fields}
    draft = Draft(kind=KIND, client_token=secrets.token_hex(16), fields=kept, person_id=person_id,
                  cookie_hash=_hash(token), expires_at=clock.now() + LASTS)  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return token


def kept(token: str, person_id: int) -> PendingDeed | None:
    """What this browser kept, if it may be this person's."""
    draft = db.session.scalar(
        select(Draft).where(
            Draft.kind == KIND, Draft.cookie_hash == _hash(token), _owned_by(person_id), Draft.expires_at > clock.now()
        )
    )
    return PendingDeed(**draft.fields) if draft else None


def discard(token: str, person_id: int) -> None:
    """Throw away what this browser kept, if it may be this person's."""
    db.session.execute(delete(Draft).where(Draft.cookie_hash == _hash(token), _owned_by(person_id)))


@jobs.scheduled("drafts.sweep", "20 4 * * *")
def sweep() -> None:
    """Throw away what was kept longer than its time."""
    db.session.execute(delete(Draft).where(Draft.expires_at <= clock.now()))


def _owned_by(person_id: int | None) -> ColumnElement[bool]:
    return or_(Draft.person_id.is_(None), Draft.person_id == person_id)


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _NEVER)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
