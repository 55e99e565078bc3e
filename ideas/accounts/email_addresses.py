"""Validate and normalise email addresses."""

import re

MAX_LENGTH = 254
#: One @, a dotted domain of letters, digits and hyphens, and nothing that could break an email header.
_SHAPE_RE = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def normalize(address: str) -> str:
    """Return the address as it is stored and compared: trimmed, in lower case."""
    return address.strip().lower()


def is_address(text: str) -> bool:
    """Return whether the text has the form of an email address."""
    address = normalize(text)
    fits = len(address) <= MAX_LENGTH and _SHAPE_RE.fullmatch(address) is not None
    return fits and ".." not in address and "=?" not in address  # no RFC 2047 encoded word
