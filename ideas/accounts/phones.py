"""Parse telephone numbers into E.164, and format them."""

import re
from dataclasses import dataclass
from typing import Self

from ideas.errors import N_, Refused


class InvalidPhone(Refused):
    """The input is not a telephone number."""

    message = N_("Este telefone não parece completo. Escreva com DDD; de outro país, comece por + e o código dele.")
    status = 422


_ALLOWED_RE = re.compile(r"\+?[0-9 ().-]+")
_BRAZIL = "55"
#: The number of digits with the area code: a landline, a mobile.
_BRAZILIAN_LENGTHS = {10, 11}
_MIN_DIGITS, _MAX_DIGITS = 8, 15


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: `+` and 8 to 15 digits."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a number. Without a country code it is Brazilian, and needs the area code. Raises InvalidPhone."""
        text = text.strip()
        if not text.isascii() or not _ALLOWED_RE.fullmatch(text):
            raise InvalidPhone
        digits = re.sub("[^0-9]", "", text)
        if text.startswith("+"):
            if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
                raise InvalidPhone
            return cls("+" + digits)
        digits = digits.removeprefix("0")
        if len(digits) not in _BRAZILIAN_LENGTHS:
            raise InvalidPhone
        return cls(f"+{_BRAZIL}{digits}")

    @property
    def formatted(self) -> str:
        """Format the number as `+55 11 98765-4321`; numbers of other countries stay ungrouped."""
        if not self.number.startswith("+" + _BRAZIL) or len(self.number) - 3 not in _BRAZILIAN_LENGTHS:
            return self.number
        area, rest = self.number[3:5], self.number[5:]
        return f"+{_BRAZIL} {area} {rest[:-4]}-{rest[-4:]}"
