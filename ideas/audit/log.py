"""Writing the log of privileged acts, and finding the first entry that was changed by hand.

Each entry's hash covers its own facts and the hash before it. The chain alone can't show that the
last entries were taken off: whoever notes the last hash elsewhere now and then can ask for it later
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

__all__ = ["BEGINNING", "Doer", "Facts", "Verdict", "verify", "write"]

#: What stands before the first entry.
BEGINNING = "0" * 64
#: The advisory lock that makes PostgreSQL write one entry at a time, as SQLite's writer does.
_LOCK = 5_1983_2
#: Entries in memory at once while verifying.
_CHUNK = 1000


class Doer(Protocol):
    """Who did it: a person, of whom only the id is kept."""

    @property
    def id(self) -> int: ...


def write(
    *,
    by: Doer | None,
    deed: str,
    thing: str,
    thing_id: int | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
    why: str = "",
) -> AuditEntry:
    """An entry, in the deed's own transaction: it stands if, and only if, the deed does.

    `by` is None for a command or the portal itself. `before` and `after` are JSON facts, never a
    CPF, a password or a token. Write it last in the deed: until the commit every other writer of
    an entry waits.
    """
    _one_at_a_time()
    last = db.session.execute(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)).first()
    number, previous = (last.id + 1, last.hash) if last else (1, BEGINNING)
    entry = AuditEntry(
        id=number, at=clock.now(), by_id=by.id if by else None, deed=deed, thing=thing, thing_id=thing_id,
        before=before or {}, after=after or {}, why=why, previous=previous,
    )  # fmt: skip
    entry.hash = _hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


@dataclass(frozen=True)
class Verdict:
    """What looking through the whole log found."""

    entries: int
    last_hash: str
    #: The number of the first entry that is not as it was written, or is missing.
    broken: int | None = None
    #: Whether the hash asked for is that of an entry before any break.
    holds: bool = False


def verify(holds: str | None = None) -> Verdict:
    """Read every entry in order. `holds` asks in addition whether the entry of that hash is still there."""
    count, previous, held = 0, BEGINNING, holds == BEGINNING
    for entry in _in_order():
        if entry.id != count + 1 or entry.previous != previous or entry.hash != _hash(entry):
            return Verdict(count, previous, broken=min(entry.id, count + 1), holds=held)
        count, previous = entry.id, entry.hash
        held = held or entry.hash == holds
    return Verdict(count, previous, holds=held)


def _in_order() -> Iterator[AuditEntry]:
    """Every entry, some at a time."""
    entries, last = select(AuditEntry).order_by(AuditEntry.id).limit(_CHUNK), 0
    while chunk := db.session.scalars(entries.where(AuditEntry.id > last)).all():
        yield from chunk
        last = chunk[-1].id


def _hash(entry: AuditEntry) -> str:
    """SHA-256 of the entry written down in one way: the same on both engines."""
    facts = [entry.by_id, entry.deed, entry.thing, entry.thing_id, entry.before, entry.after, entry.why]
    words = json.dumps([entry.previous, entry.id, entry.at.isoformat(), *facts], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _one_at_a_time() -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
