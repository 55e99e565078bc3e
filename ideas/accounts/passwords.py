"""Passwords: hashed with Argon2id, as many at once as the machine has cores.

Each hash takes 19 MiB and some 30 ms: never call these inside a transaction that writes.
"""

import os
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Characters; longer ones are never right, and never hashed.
LONGEST = 256

_places = threading.BoundedSemaphore(os.cpu_count() or 1)
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def use(*, time_cost: int, memory_cost: int) -> None:
    """Hash at this cost from now on (passes, KiB): tests take the least there is."""
    global _hasher  # noqa: PLW0603 - one cost for the process
    _hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=1)


def hashed(password: str) -> str:
    """What is kept of a password. ValueError for one that is longer than any may be."""
    if len(password) > LONGEST:
        raise ValueError(f"a password has at most {LONGEST} characters")
    with _places:
        return _hasher.hash(_letters(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. For nobody's (None) the same work is done, and the answer is no."""
    too_long = len(password) > LONGEST
    with _places:
        try:
            right = _hasher.verify(kept or _nobodys(_hasher), "" if too_long else _letters(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None and not too_long


def is_outdated(kept: str) -> bool:
    """Whether it was made at another cost than today's, and should be made again."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=2)
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash(os.urandom(16))


def _letters(password: str) -> bytes:
    """The same password, however its accents were typed (NFC, NFD)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
