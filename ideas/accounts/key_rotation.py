"""Bringing every CPF under the ring's first key: looked up by it, sealed with it.

A few rows to a transaction, in the order of their ids, so that a killed rotation goes on where it
stopped and people sign in meanwhile: looking up tries every key of the ring.
"""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select

from ideas.accounts import identifying
from ideas.accounts.documents import CannotOpen
from ideas.accounts.models import IdentityDocument
from ideas.db import db

#: Rows to a transaction.
CHUNK = 200


class Step(NamedTuple):
    """What one chunk came to: the last row looked at (None at the end), how many were renewed, whose could not be."""

    last: int | None
    renewed: int
    unreadable: list[int]


def rotate_some(*, after: int = 0) -> Step:
    """Renew the next rows that another key made. The caller commits."""
    ring = identifying.ring()
    older = select(IdentityDocument).where(IdentityDocument.key_id != ring.current_id, IdentityDocument.id > after)
    rows = db.session.scalars(older.order_by(IdentityDocument.id).limit(CHUNK).with_for_update()).all()
    unreadable = [row.person_id for row in rows if not _renew(row)]
    db.session.flush()
    return Step(rows[-1].id if rows else None, len(rows) - len(unreadable), unreadable)


def count_by_key() -> Counter[str]:
    """How many CPFs each key keeps."""
    rows = db.session.execute(select(IdentityDocument.key_id, func.count()).group_by(IdentityDocument.key_id))
    return Counter({str(key): int(number) for key, number in rows})


def _renew(row: IdentityDocument) -> bool:
    """Whether the row could be opened and was written anew."""
    ring, context = identifying.ring(), f"person:{row.person_id}"
    try:
        cpf = ring.open(row.sealed, context)
    except CannotOpen:
        return False
    row.lookup, row.sealed, row.key_id = ring.lookup(cpf), ring.seal(cpf, context), ring.current_id
    return True
