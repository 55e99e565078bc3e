"""Re-encrypt and re-hash every CPF with the first key of the ring.

Each transaction covers a few rows in the order of their ids, so that a killed rotation continues where it stopped, and
people can sign in meanwhile: look-up tries every key of the ring.
"""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select

from ideas.accounts import identifying
from ideas.accounts.documents import CannotOpen
from ideas.accounts.models import IdentityDocument
from ideas.db import db

#: Rows per transaction.
CHUNK_SIZE = 200


class RotationStep(NamedTuple):
    """The result of a chunk: the last row id (None at the end), rows renewed, ids of people with an unreadable CPF."""

    last: int | None
    renewed: int
    unreadable: list[int]


def rotate_chunk(*, after: int = 0) -> RotationStep:
    """Renew the next rows that were encrypted with an older key. The caller commits."""
    ring = identifying.ring()
    older = select(IdentityDocument).where(IdentityDocument.key_id != ring.current_id, IdentityDocument.id > after)
    rows = db.session.scalars(older.order_by(IdentityDocument.id).limit(CHUNK_SIZE).with_for_update()).all()
    unreadable = [row.person_id for row in rows if not _renew(row)]
    db.session.flush()
    return RotationStep(rows[-1].id if rows else None, len(rows) - len(unreadable), unreadable)


def count_by_key() -> Counter[str]:
    """Count the CPFs encrypted with each key."""
    rows = db.session.execute(select(IdentityDocument.key_id, func.count()).group_by(IdentityDocument.key_id))
    return Counter({str(key): int(number) for key, number in rows})


def _renew(row: IdentityDocument) -> bool:
    """Re-encrypt the row; return False if it cannot be decrypted."""
    ring, context = identifying.ring(), f"person:{row.person_id}"
    try:
        cpf = ring.open(row.sealed, context)
    except CannotOpen:
        return False
    row.lookup, row.sealed, row.key_id = ring.lookup(cpf), ring.seal(cpf, context), ring.current_id
    return True
