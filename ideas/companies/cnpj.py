"""The CNPJ, numeric or alphanumeric (IN RFB 2.229/2024: letters since July 2026).

Eight characters of root, four of order, two check digits. For the check digits a character counts as its
ASCII code minus 48, so numeric CNPJs keep theirs.
"""

import re
from dataclasses import dataclass
from typing import Self

from stdnum.br import cnpj as check_digits

from ideas.errors import N_, Refused


class InvalidCnpj(Refused):
    """The input is not a CNPJ."""

    message = N_("Este CNPJ não é válido. Confira os 14 caracteres.")
    status = 422


_SHAPE_RE = re.compile(r"[0-9A-Z]{12}[0-9]{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Cnpj:
    """A valid CNPJ: `code` is its 14 characters in upper case, as stored."""

    code: str

    def __post_init__(self) -> None:
        if not _is_valid(self.code):
            raise InvalidCnpj

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a CNPJ in one of its two formats, `12ABC34501DE35` or `12.ABC.345/01DE-35`, in any case.

        Surrounding spaces are ignored, because people paste them. Raises InvalidCnpj for anything else. Input that is
        not ASCII is refused before upper-casing, which would turn a dotless ı into I.
        """
        text = text.strip(" \t\r\n")
        if not text.isascii() or not _SHAPE_RE.fullmatch(text.upper()):
            raise InvalidCnpj
        return cls(re.sub("[./-]", "", text.upper()))

    @property
    def root(self) -> str:
        """The first eight characters, which all branches of a company share."""
        return self.code[:8]

    @property
    def formatted(self) -> str:
        """The CNPJ with punctuation: `12.ABC.345/01DE-35`."""
        return format_cnpj(self.code)

    def __str__(self) -> str:
        return self.formatted


def format_cnpj(code: str) -> str:
    """Add the punctuation to the 14 characters."""
    return f"{code[:2]}.{code[2:5]}.{code[5:8]}/{code[8:12]}-{code[12:]}"


def _is_valid(code: str) -> bool:
    return bool(
        re.fullmatch("[0-9A-Z]{12}[0-9]{2}", code)
        and code != "0" * 14  # satisfies its check digits
        and check_digits.is_valid(code)
    )
