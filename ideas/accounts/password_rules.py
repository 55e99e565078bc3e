"""Rules for new passwords: 8 to 128 characters, no composition rules, nothing easily guessed.

Refused are common passwords (the 30,000 in data/common_passwords.txt, and common Brazilian words), too few different
characters, keyboard sequences, and passwords made only of names: the portal's, the vendor's, a product's or the
person's (ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Product

MIN_LENGTH, MAX_LENGTH = 8, 128
_COMMON_PASSWORDS = Path(__file__).parent / "data" / "common_passwords.txt"
#: Letters that must remain after removing names.
_MIN_REMAINING_LETTERS = 4
#: Words that are common in Brazilian passwords.
_COMMON_WORDS = frozenset(
    re.findall(
        r"\w+",
        """acesso admin administrador amor atletico bahia bemvindo botafogo brasil cliente corinthians cruzeiro deus
        entrar familia flamengo fluminense gremio internacional jesus jesuscristo meuamor mudar mudarsenha palmeiras
        password portal principal santos saopaulo senha senhanova novasenha minhasenha sistema suporte teamo teste
        trocar trocarsenha usuario vasco welcome""",
    )
)
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")

_portal_names: tuple[str, ...] = ()


class TooShort(Refused):
    """The password has fewer than 8 characters."""

    message = N_("A senha precisa de pelo menos 8 caracteres. Uma frase curta é fácil de lembrar.")
    status = 422


class TooLong(Refused):
    """The password has more than 128 characters."""

    message = N_("A senha pode ter no máximo 128 caracteres.")
    status = 422


class TooCommon(Refused):
    """The password is one of the most common."""

    message = N_("Esta senha está entre as mais usadas e seria descoberta logo. Escolha outra, como uma frase curta.")
    status = 422


class MadeOfNames(Refused):
    """The password consists of names, so people who know the person or the portal can guess it."""

    message = N_("A senha não pode ser feita só do seu nome, do seu e-mail ou do nome do portal. Escolha outra.")
    status = 422


def configure(*names: str) -> None:
    """Set the names of the portal and the vendor. Called by wiring/registries.py."""
    global _portal_names  # noqa: PLW0603 - one registration, at start
    _portal_names = names


def check(password: str, *own: str | None) -> None:
    """Validate a new password for a person with these names and emails. Raises TooShort, TooLong and the others."""
    if len(password) > MAX_LENGTH * 4 or len(unicodedata.normalize("NFC", password)) > MAX_LENGTH:
        raise TooLong
    if len(unicodedata.normalize("NFC", password)) < MIN_LENGTH:
        raise TooShort
    if _is_common(password):
        raise TooCommon
    products = db.session.execute(select(Product.name_pt, Product.name_es, Product.name_en)).all()
    if _consists_of_names(password, [*_portal_names, *own, *(name for row in products for name in row)]):
        raise MadeOfNames


def check_for(person: Person, password: str) -> None:
    """Validate a new password for an existing account."""
    check(password, person.name, person.email)


def _is_common(password: str) -> bool:
    whole = password.lower()
    core = _letters_and_digits(password).strip("0123456789")
    return (
        whole in _common_passwords()
        or core in _COMMON_WORDS
        or len(set(whole)) < MIN_LENGTH // 2
        or any(whole in row or whole[::-1] in row for row in _SEQUENCES)
    )


@cache
def _common_passwords() -> frozenset[str]:
    """Return the common passwords in lower case. Reads the file on first use."""
    return frozenset(_COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines())


def _consists_of_names(password: str, names: Iterable[str | None]) -> bool:
    """Return whether fewer than four letters remain after removing the names and their parts."""
    letters = re.sub(r"[\d_]", "", _letters_and_digits(password))
    words = {_letters_and_digits(part) for name in names if name for part in (name, *re.split(r"[\W_]+", name))}
    for word in sorted((word for word in words if len(word) > 2), key=len, reverse=True):
        letters = letters.replace(word, "")
    return len(letters) < _MIN_REMAINING_LETTERS and any(
        word in _letters_and_digits(password) for word in words if len(word) > 2
    )


def _letters_and_digits(words: str) -> str:
    """Return the letters and digits in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
