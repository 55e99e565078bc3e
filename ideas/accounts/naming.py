"""A person's name is their own: written in one alphabet, and not the portal's, the vendor's or a role's (case C10).

Whoever reads "Аdmin" with a Cyrillic A believes it; so nobody may be called so, nor like it.
"""

import re
import unicodedata

from ideas import text
from ideas.errors import N_, Refused

#: What people take for somebody who speaks for the portal, in its three languages.
_ROLES = frozenset(
    re.findall(
        r"\w+",
        """admin administracao administracion administrador administradora administration administrator analista analyst
        atendimento equipe equipo gestor helpdesk manager moderacao moderacion moderador moderadora moderation moderator
        operador operator portal root sac sistema soporte staff suporte support system team""",
    )
)
#: Signs that stand for letters.
_SIGNS = str.maketrans("01345@$|!", "oieasasli")
#: Writing systems that one word has together.
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}

_names: frozenset[str] = frozenset()


class TwoAlphabets(Refused):
    """Letters of one alphabet among those of another, which look the same."""

    message = N_("Escreva o nome em um só alfabeto: há letras de outro que se parecem com estas.")
    status = 422


class NotOnesOwn(Refused):
    """The portal's, the vendor's, or a role's."""

    message = N_("Escreva o nome da pessoa: este pareceria ser de quem cuida do portal.")
    status = 422


def use(*names: str) -> None:
    """The portal's and the vendor's names. Called by wiring/registries.py."""
    global _names  # noqa: PLW0603 - one registration, at start
    _names = frozenset(map(_letters, names))


def check(name: str) -> None:
    """Whether a person may be called so. Raises TwoAlphabets, NotOnesOwn."""
    if any(len(_alphabets(word)) > 1 for word in re.findall(r"[^\W\d_]+", name)):
        raise TwoAlphabets
    if _letters(name) in _ROLES | _names:
        raise NotOnesOwn


def is_ones_own(name: str) -> bool:
    """The same, as a question."""
    try:
        check(name)
    except Refused:
        return False
    return True


def _alphabets(word: str) -> set[str]:
    """The writing systems of a word's letters, as Unicode calls them."""
    found = (unicodedata.name(letter, "?").split()[0] for letter in unicodedata.normalize("NFKC", word))
    return {_TOGETHER.get(alphabet, alphabet) for alphabet in found} - {"COMBINING", "MODIFIER"}


def _letters(name: str) -> str:
    """The letters that are read: without accents, spaces and signs that stand for letters."""
    return re.sub("[^a-z]", "", text.fold(unicodedata.normalize("NFKC", name)).translate(_SIGNS))
