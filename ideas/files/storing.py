"""Store the bytes of a file, then its row.

The order matters: a crash in between leaves bytes without a row, which a job deletes, and never a row without its
bytes. The store is a folder in the instance folder.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import obstore
from obstore.store import LocalStore

from ideas import clock
from ideas.db import db
from ideas.files.accepting import Accepted
from ideas.files.models import File

_root: Path | None = None
_CHUNK_BYTES = 256 * 1024


class BytesMissing(Exception):
    """The bytes of a row are not in the store: deleted by hand, or lost."""


def configure(root: Path) -> None:
    """Store bytes in this folder, which is created when it is first needed."""
    global _root  # noqa: PLW0603 - one store for the process
    _root = root


def write_bytes(content: bytes) -> str:
    """Write bytes under a new random key, and return it once they are synced to disk."""
    key = secrets.token_hex(20)
    path = f"{key[:2]}/{key}"
    # Mode "create" never overwrites: the store raises if the key exists.
    obstore.put(open_store(), path, content, mode="create")
    _fsync(path)
    return path


def save(accepted: Accepted, *, by: int | None, key: str | None = None, expires_at: datetime | None = None) -> File:
    """Add the file's row in the caller's transaction. Writes the bytes first, unless `key` says where they are."""
    row = File(
        key=key or write_bytes(accepted.content),
        name=accepted.name,
        media_type=accepted.media_type,
        size=len(accepted.content),
        by_id=by,
        width=accepted.width,
        height=accepted.height,
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def retire(file: File) -> None:
    """Stop serving a file. The nightly job deletes its bytes; the row stays."""
    file.expires_at = clock.now()


def read_chunks(file: File) -> Iterator[bytes]:
    """Yield the file's bytes in chunks. Raises BytesMissing."""
    try:
        return (bytes(part) for part in obstore.get(open_store(), file.key).stream(min_chunk_size=_CHUNK_BYTES))
    except FileNotFoundError:
        raise BytesMissing(file.key) from None


def read(file: File) -> bytes:
    """Return all bytes of the file. Raises BytesMissing."""
    return b"".join(read_chunks(file))


def delete_bytes(key: str) -> None:
    """Delete bytes, if they exist. Operations call `retire`; only the nightly job calls this."""
    try:
        obstore.delete(open_store(), key)
    except FileNotFoundError:
        return


def open_store() -> LocalStore:
    """Return the store, opened when first used in this process: its threads do not survive a fork."""
    assert _root is not None, "call storing.configure(root) first"
    return _open(_root, os.getpid())


@lru_cache(maxsize=2)
def _open(root: Path, process: int) -> LocalStore:
    return LocalStore(root, mkdir=True)


def _fsync(path: str) -> None:
    """Sync the file and its folder entry to disk."""
    assert _root is not None
    for synced in (_root / path, (_root / path).parent):
        handle = os.open(synced, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
