"""Store the fields of a form that was submitted without a session, and return them to their owner only.

The owner is the browser with the cookie and, if the person of the session was known, that person. Fields are stored
for a day. Passwords and CPFs are never stored, nor more than the portal's forms can hold.
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
RETENTION = timedelta(days=1)
#: Characters per form, and forms in total: anyone can send one, so both need a limit.
MAX_FORM_LENGTH, MAX_STORED_FORMS = 60_000, 5_000
#: Fields whose name contains one of these are never stored.
_SECRET_NAME_PARTS = ("password", "senha", "cpf", "csrf")

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class PendingForm:
    """A submitted form: the page it was on, the address it was sent to, and its fields."""

    address: str
    page: str
    fields: Fields


def store(form: PendingForm, *, person_id: int | None, token: str | None) -> str | None:
    """Store the form for the browser with that token, and return the new token for its cookie.

    Replaces the browser's previous form. Return None if the form is too large, or too many are stored.
    """
    fields = {name: values for name, values in form.fields.items() if not is_secret(name)}
    if sum(len(name) + len(value) for name, values in fields.items() for value in values) > MAX_FORM_LENGTH:
        return None
    if (db.session.scalar(select(func.count()).where(Draft.kind == KIND)) or 0) >= MAX_STORED_FORMS:
        return None
    if token:
        db.session.execute(delete(Draft).where(Draft.cookie_hash == _hash(token), _owned_by(person_id)))
    token = secrets.token_urlsafe(32)
    stored = {"address": form.address, "page": form.page, "fields": fields}
    draft = Draft(kind=KIND, client_token=secrets.token_hex(16), fields=stored, person_id=person_id,
                  cookie_hash=_hash(token), expires_at=clock.now() + RETENTION)  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return token


def find(token: str, person_id: int) -> PendingForm | None:
    """Return the form stored for this browser, if it may belong to this person."""
    draft = db.session.scalar(
        select(Draft).where(
            Draft.kind == KIND, Draft.cookie_hash == _hash(token), _owned_by(person_id), Draft.expires_at > clock.now()
        )
    )
    return PendingForm(**draft.fields) if draft else None


def discard(token: str, person_id: int) -> None:
    """Delete the form stored for this browser, if it may belong to this person."""
    db.session.execute(delete(Draft).where(Draft.cookie_hash == _hash(token), _owned_by(person_id)))


@jobs.scheduled("drafts.sweep", "20 4 * * *")
def delete_expired() -> None:
    """Delete the forms past their retention."""
    db.session.execute(delete(Draft).where(Draft.expires_at <= clock.now()))


def _owned_by(person_id: int | None) -> ColumnElement[bool]:
    return or_(Draft.person_id.is_(None), Draft.person_id == person_id)


def is_secret(name: str) -> bool:
    """Return whether the field holds a password, a CPF or a token by its name."""
    return any(part in name.lower() for part in _SECRET_NAME_PARTS)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
