"""Refuse names of the portal, the vendor or a role, names that mix alphabets (case C10), and encoded words.

"Аdmin" with a Cyrillic A looks like "Admin", so lookalikes are refused too.
"""

import re
import unicodedata

from ideas import text
from ideas.errors import N_, Refused

#: Names that seem to speak for the portal, in its three languages.
_ROLE_NAMES = frozenset(
    re.findall(
        r"\w+",
        """admin administracao administracion administrador administradora administration administrator analista analyst
        atendimento equipe equipo gestor helpdesk manager moderacao moderacion moderador moderadora moderation moderator
        operador operator portal root sac sistema soporte staff suporte support system team""",
    )
)
#: Digits and signs that look like letters.
_LOOKALIKES = str.maketrans("01345@$|!", "oieasasli")
#: Scripts that may be combined in one word.
_SAME_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}

_reserved_names: frozenset[str] = frozenset()


class MixedAlphabets(Refused):
    """The name has a word with letters of two alphabets."""

    message = N_("Escreva o nome em um só alfabeto: há letras de outro que se parecem com estas.")
    status = 422


class ImpersonatingName(Refused):
    """The name is that of the portal, the vendor or a role."""

    message = N_("Escreva o nome da pessoa: este pareceria ser de quem cuida do portal.")
    status = 422


class EncodedName(Refused):
    """The name holds an RFC 2047 encoded word, which email programs decode."""

    message = N_("Escreva o nome como se lê, sem códigos como “=?utf-8?”.")
    status = 422


def configure(*names: str) -> None:
    """Set the names of the portal and the vendor. Called by wiring/registries.py."""
    global _reserved_names  # noqa: PLW0603 - one registration, at start
    _reserved_names = frozenset(map(_letters, names))


def check(name: str) -> None:
    """Validate a person's name. Raises EncodedName, MixedAlphabets, ImpersonatingName."""
    if text.has_encoded_word(name):
        raise EncodedName
    if any(len(_alphabets(word)) > 1 for word in re.findall(r"[^\W\d_]+", name)):
        raise MixedAlphabets
    if _letters(name) in _ROLE_NAMES | _reserved_names:
        raise ImpersonatingName


def is_allowed(name: str) -> bool:
    """Return whether `check` accepts the name."""
    try:
        check(name)
    except Refused:
        return False
    return True


def _alphabets(word: str) -> set[str]:
    """Return the Unicode scripts of a word's letters."""
    found = (unicodedata.name(letter, "?").split()[0] for letter in unicodedata.normalize("NFKC", word))
    return {_SAME_SCRIPT.get(alphabet, alphabet) for alphabet in found} - {"COMBINING", "MODIFIER"}


def _letters(name: str) -> str:
    """Return the letters as they are read: lookalikes replaced, accents and spaces removed."""
    return re.sub("[^a-z]", "", text.fold(unicodedata.normalize("NFKC", name)).translate(_LOOKALIKES))
