"""Choosing a password: 8 to 128 characters, no composition rules, and none that is easily guessed.

Refused are common passwords (the 30,000 of data/common_passwords.txt, and words that Brazilians often build
theirs from), few different characters, rows of the keyboard, and passwords made only of names: the portal's, the
vendor's, a product's, the person's own (ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11).
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

SHORTEST, LONGEST = 8, 128
_COMMON_PASSWORDS = Path(__file__).parent / "data" / "common_passwords.txt"
#: Letters that must remain when names are taken away.
_REST = 4
#: Words that Brazilians often build a password from.
_OFTEN = frozenset(
    re.findall(
        r"\w+",
        """acesso admin administrador amor atletico bahia bemvindo botafogo brasil cliente corinthians cruzeiro deus
        entrar familia flamengo fluminense gremio internacional jesus jesuscristo meuamor mudar mudarsenha palmeiras
        password portal principal santos saopaulo senha senhanova novasenha minhasenha sistema suporte teamo teste
        trocar trocarsenha usuario vasco welcome""",
    )
)
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")

_names: tuple[str, ...] = ()


class TooShort(Refused):
    """Too easy to try out."""

    message = N_("A senha precisa de pelo menos 8 caracteres. Uma frase curta é fácil de lembrar.")
    status = 422


class TooLong(Refused):
    """Longer than the portal hashes."""

    message = N_("A senha pode ter no máximo 128 caracteres.")
    status = 422


class TooCommon(Refused):
    """Among those tried first."""

    message = N_("Esta senha está entre as mais usadas e seria descoberta logo. Escolha outra, como uma frase curta.")
    status = 422


class MadeOfNames(Refused):
    """Easily guessed by someone who knows the person or the portal."""

    message = N_("A senha não pode ser feita só do seu nome, do seu e-mail ou do nome do portal. Escolha outra.")
    status = 422


def use(*names: str) -> None:
    """The portal's and the vendor's names. Called by wiring/registries.py."""
    global _names  # noqa: PLW0603 - one registration, at start
    _names = names


def check(password: str, *own: str | None) -> None:
    """Whether it may be chosen by someone of these names and addresses. Raises TooShort, TooLong and the others."""
    if len(password) > LONGEST * 4 or len(unicodedata.normalize("NFC", password)) > LONGEST:
        raise TooLong
    if len(unicodedata.normalize("NFC", password)) < SHORTEST:
        raise TooShort
    if _is_common(password):
        raise TooCommon
    products = db.session.execute(select(Product.name_pt, Product.name_es, Product.name_en)).all()
    if _is_made_of(password, [*_names, *own, *(name for row in products for name in row)]):
        raise MadeOfNames


def check_for(person: Person, password: str) -> None:
    """The same for somebody who has an account."""
    check(password, person.name, person.email)


def _is_common(password: str) -> bool:
    whole = password.lower()
    core = _folded(password).strip("0123456789")
    return (
        whole in _common()
        or core in _OFTEN
        or len(set(whole)) < SHORTEST // 2
        or any(whole in row or whole[::-1] in row for row in _ROWS)
    )


@cache
def _common() -> frozenset[str]:
    """Return the common passwords in lower case, read at the first choice of a password."""
    return frozenset(_COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines())


def _is_made_of(password: str, names: Iterable[str | None]) -> bool:
    """Whether hardly a letter is left once the names and their parts are taken away."""
    letters = re.sub(r"[\d_]", "", _folded(password))
    words = {_folded(part) for name in names if name for part in (name, *re.split(r"[\W_]+", name))}
    for word in sorted((word for word in words if len(word) > 2), key=len, reverse=True):
        letters = letters.replace(word, "")
    return len(letters) < _REST and any(word in _folded(password) for word in words if len(word) > 2)


def _folded(words: str) -> str:
    """Letters and digits alone, small, without accents."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
