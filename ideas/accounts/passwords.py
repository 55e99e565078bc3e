"""Hash and verify passwords with Argon2id, at most as many at a time as there are CPU cores.

Each hash takes 19 MiB and about 30 ms: never call these functions inside a transaction that writes.
"""

import os
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Longer passwords are never hashed, and never match.
MAX_LENGTH = 256

_slots = threading.BoundedSemaphore(os.cpu_count() or 1)
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def configure(*, time_cost: int, memory_cost: int) -> None:
    """Set the cost (passes, KiB). Tests use the minimum."""
    global _hasher  # noqa: PLW0603 - one cost for the process
    _hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=1)


def hash_password(password: str) -> str:
    """Return the hash of a password. Raises ValueError if the password is too long."""
    if len(password) > MAX_LENGTH:
        raise ValueError(f"a password has at most {MAX_LENGTH} characters")
    with _slots:
        return _hasher.hash(_normalized(password))


def verify(password: str, password_hash: str | None) -> bool:
    """Return whether the password matches. Without a hash the result is False, after the same work."""
    too_long = len(password) > MAX_LENGTH
    with _slots:
        try:
            matches = _hasher.verify(password_hash or _dummy_hash(_hasher), "" if too_long else _normalized(password))
        except (VerificationError, InvalidHashError):
            return False
    return matches and password_hash is not None and not too_long


def needs_rehash(password_hash: str) -> bool:
    """Return whether the hash was created with another cost than the current one."""
    return _hasher.check_needs_rehash(password_hash)


@lru_cache(maxsize=2)
def _dummy_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(os.urandom(16))


def _normalized(password: str) -> bytes:
    """Return the password in NFC, so that accents typed in NFD match."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
