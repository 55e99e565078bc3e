"""A telephone number, as people type it and as it is kept: with its country (E.164)."""

import re
from dataclasses import dataclass
from typing import Self

from ideas.errors import N_, Refused


class InvalidPhone(Refused):
    """What was typed is no telephone number."""

    message = N_("Este telefone não parece completo. Escreva com DDD; de outro país, comece por + e o código dele.")
    status = 422


_TYPED = re.compile(r"\+?[0-9 ().-]+")
_BRAZIL = "55"
#: Digits of a Brazilian number with its area code: a fixed line, a mobile.
_NATIONAL = {10, 11}
_SHORTEST, _LONGEST = 8, 15


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that could be called: `+` and 8 to 15 digits."""

    number: str

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The number; without a country it is Brazil's, and needs its area code. Raises InvalidPhone."""
        typed = typed.strip()
        if not typed.isascii() or not _TYPED.fullmatch(typed):
            raise InvalidPhone
        digits = re.sub("[^0-9]", "", typed)
        if typed.startswith("+"):
            if not _SHORTEST <= len(digits) <= _LONGEST:
                raise InvalidPhone
            return cls("+" + digits)
        digits = digits.removeprefix("0")
        if len(digits) not in _NATIONAL:
            raise InvalidPhone
        return cls(f"+{_BRAZIL}{digits}")

    @property
    def formatted(self) -> str:
        """As it is read: `+55 11 98765-4321`; other countries' without groups."""
        if not self.number.startswith("+" + _BRAZIL) or len(self.number) - 3 not in _NATIONAL:
            return self.number
        area, rest = self.number[3:5], self.number[5:]
        return f"+{_BRAZIL} {area} {rest[:-4]}-{rest[-4:]}"
