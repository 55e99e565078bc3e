"""A browser that its owner signed in from before: a flood of wrong passwords doesn't lock it out (A03).

Its cookie holds a random number and a keyed hash over that and the account, so that it names nobody
and can't be made up. Tries from it are counted by themselves, ten in five minutes as everywhere:
whoever steals the cookie gains nothing but those.
"""

import hmac
import secrets
from datetime import timedelta

from ideas.accounts import identifying
from ideas.accounts.models import Person

#: How long a browser stays familiar.
LASTS = timedelta(days=365)


def cookie_for(person_id: int) -> str:
    """What a browser of that person's keeps."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_mark(nonce, person_id)}"


def knows(cookie: str | None, person: Person | None) -> str | None:
    """The browser's own number when it is familiar with that account."""
    if not cookie or person is None:
        return None
    nonce, _, mark = cookie.partition(".")
    right = hmac.compare_digest(mark.encode("utf-8", "replace"), _mark(nonce, person.id).encode())
    return nonce if right else None


def _mark(nonce: str, person_id: int) -> str:
    return identifying.keyed_hash(f"ideas/familiar\0{nonce}\0{person_id}")[:40]
