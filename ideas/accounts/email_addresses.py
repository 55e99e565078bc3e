"""An e-mail address: its shape, and how it is kept."""

import re

LONGEST = 254
#: One @, a dotted domain of letters, digits and hyphens, and nothing that a header could be broken with.
_SHAPE = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def folded(typed: str) -> str:
    """The address as it is kept and compared: without spaces around, in lower case."""
    return typed.strip().lower()


def is_address(typed: str) -> bool:
    """Whether a letter can be sent there, as far as the shape tells."""
    address = folded(typed)
    return len(address) <= LONGEST and _SHAPE.fullmatch(address) is not None and ".." not in address
