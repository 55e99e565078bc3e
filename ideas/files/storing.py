"""Bytes in their place, then the row that knows them.

In that order: killed in between, there are bytes that no row names, which a job sweeps away; never a
row whose bytes are missing. The store lies under the instance folder.
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
_PART = 256 * 1024


class BytesMissing(Exception):
    """A row's bytes are not in the store: removed by hand, or lost."""


def use(root: Path) -> None:
    """Keep bytes in this folder, made when first needed."""
    global _root  # noqa: PLW0603 - one store for the process
    _root = root


def put(content: bytes) -> str:
    """Write bytes under a new key of our own, safe on the disk when this returns."""
    key = secrets.token_hex(20)
    path = f"{key[:2]}/{key}"
    # Never over another's: the store refuses a key that is taken.
    obstore.put(store(), path, content, mode="create")
    _settle(path)
    return path


def keep(accepted: Accepted, *, by: int | None, key: str | None = None, expires_at: datetime | None = None) -> File:
    """The file's row, in the caller's transaction; its bytes are written first, unless `put` gave a `key` before."""
    row = File(
        key=key or put(accepted.content),
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
    """Take a file out of use: nobody gets it from now on, and the nightly sweep removes its bytes. The row stays."""
    file.expires_at = clock.now()


def parts(file: File) -> Iterator[bytes]:
    """The file's bytes, piece by piece. Raises BytesMissing."""
    try:
        return (bytes(part) for part in obstore.get(store(), file.key).stream(min_chunk_size=_PART))
    except FileNotFoundError:
        raise BytesMissing(file.key) from None


def content(file: File) -> bytes:
    """The whole file. Raises BytesMissing."""
    return b"".join(parts(file))


def remove(key: str) -> None:
    """Take bytes away; those already gone are no fault. Deeds call `retire`; the sweep calls this."""
    try:
        obstore.delete(store(), key)
    except FileNotFoundError:
        return


def store() -> LocalStore:
    """The store. Opened when first used: its threads don't survive a fork."""
    assert _root is not None, "storing.use(root) comes first"
    return _open(_root, os.getpid())


@lru_cache(maxsize=2)
def _open(root: Path, process: int) -> LocalStore:
    return LocalStore(root, mkdir=True)


def _settle(path: str) -> None:
    """Have the disk itself hold the file and its name, not only the system's memory."""
    assert _root is not None
    for place in (_root / path, (_root / path).parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
