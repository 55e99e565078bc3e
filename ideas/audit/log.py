"""Write the log of privileged operations, and find the first entry that was tampered with.

The hash of an entry covers its own values and the previous hash. The chain alone can't show that the last entries were
deleted: to detect that, note the last hash elsewhere from time to time, and check that it is still there
(`bin/portal audit verify --holds HASH`).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select

from ideas import clock
from ideas.audit.models import AuditEntry, Facts
from ideas.db import db

__all__ = ["FIRST_PREVIOUS_HASH", "Actor", "Facts", "Verification", "verify", "write"]

#: The previous hash of the first entry.
FIRST_PREVIOUS_HASH = "0" * 64
#: The advisory lock for one writer at a time on PostgreSQL; SQLite has one writer anyway.
_LOCK_KEY = 5_1983_2
#: Entries read at a time while verifying.
_CHUNK_SIZE = 1000


class Actor(Protocol):
    """The person who performed an action; the log stores only the id."""

    @property
    def id(self) -> int: ...


def write(
    *,
    by: Actor | None,
    action: str,
    thing: str,
    thing_id: int | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
    why: str = "",
) -> AuditEntry:
    """Add an entry in the transaction of the action: both are committed, or neither.

    `by` is None for a command or the portal itself. `before` and `after` are JSON values, never a CPF, a password or a
    token. Write the entry last: until the commit, every other writer of an entry waits.
    """
    _lock_log()
    last = db.session.execute(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)).first()
    number, previous = (last.id + 1, last.hash) if last else (1, FIRST_PREVIOUS_HASH)
    entry = AuditEntry(
        id=number, at=clock.now(), by_id=by.id if by else None, action=action, thing=thing, thing_id=thing_id,
        before=before or {}, after=after or {}, why=why, previous=previous,
    )  # fmt: skip
    entry.hash = _hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


@dataclass(frozen=True)
class Verification:
    """The result of verifying the whole log."""

    entries: int
    last_hash: str
    #: The number of the first entry that was changed or is missing.
    broken: int | None = None
    #: Whether the requested hash belongs to an entry before any break.
    holds: bool = False


def verify(holds: str | None = None) -> Verification:
    """Check every entry in order. With `holds`, also check that an entry with that hash exists."""
    count, previous, held = 0, FIRST_PREVIOUS_HASH, holds == FIRST_PREVIOUS_HASH
    for entry in _entries_in_order():
        if entry.id != count + 1 or entry.previous != previous or entry.hash != _hash(entry):
            return Verification(count, previous, broken=min(entry.id, count + 1), holds=held)
        count, previous = entry.id, entry.hash
        held = held or entry.hash == holds
    return Verification(count, previous, holds=held)


def _entries_in_order() -> Iterator[AuditEntry]:
    """Yield every entry, reading them in chunks."""
    entries, last = select(AuditEntry).order_by(AuditEntry.id).limit(_CHUNK_SIZE), 0
    while chunk := db.session.scalars(entries.where(AuditEntry.id > last)).all():
        yield from chunk
        last = chunk[-1].id


def _hash(entry: AuditEntry) -> str:
    """Return the SHA-256 of the entry's canonical form: the same on SQLite and PostgreSQL."""
    facts = [entry.by_id, entry.action, entry.thing, entry.thing_id, entry.before, entry.after, entry.why]
    words = json.dumps([entry.previous, entry.id, entry.at.isoformat(), *facts], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _lock_log() -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK_KEY)))
