"""Browsers that signed in to an account before: a flood of wrong passwords does not lock them out (A03).

The cookie holds a random nonce and a keyed hash of nonce and account, so that it identifies nobody and cannot be
forged. Attempts from such a browser are counted separately, with the usual limit of five in five minutes: a stolen
cookie gives nothing more than those attempts.
"""

import hmac
import secrets
from datetime import timedelta

from ideas.accounts import identifying

#: How long a browser stays known.
LIFETIME = timedelta(days=365)


def create_cookie(person_id: int) -> str:
    """Return the value of the cookie for a browser of that person."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_signature(nonce, person_id)}"


def verify_cookie(cookie: str | None, person_id: int | None) -> str | None:
    """Return the cookie's nonce if the cookie is valid for that account, else None."""
    if not cookie or person_id is None:
        return None
    nonce, _, signature = cookie.partition(".")
    is_valid = hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(nonce, person_id).encode())
    return nonce if is_valid else None


def _signature(nonce: str, person_id: int) -> str:
    return identifying.keyed_hash(f"ideas/familiar\0{nonce}\0{person_id}")[:40]
