"""Split text into the terms that are indexed and searched. Independent of the database.

A *word* is a run of letters and digits; its *stem* is shared by its inflections. A word is folded (lower case, no
accents) before it is stemmed, so that "emissão", "emissao" and "EMISSÕES" are one term. A document is stemmed in its
own language, and search text in all three, because its language is unknown.

Terms contain only letters and digits, so user input never reaches an engine's query syntax. When the stemming
changes, reindex every document.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from ideas.search.stop_words import STOP_WORDS
from ideas.text import fold

LANGUAGES = ("pt", "es", "en")

_RUN = re.compile(r"[^\W_]+")
_MAX_WORD_LENGTH = 40
_MAX_TEXT_LENGTH = 50_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is not a stop word: as written, folded, and its position in the text."""

    written: str
    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text (NFC) that are not stop words, in order."""
    for run in _RUN.finditer(text, 0, _MAX_TEXT_LENGTH):
        folded = "".join(filter(str.isalnum, fold(run[0])))[:_MAX_WORD_LENGTH]
        if folded and folded not in STOP_WORDS:
            yield Word(run[0], folded, *run.span())


def stem(folded: str, lang: str) -> str:
    """Return the stem of a folded word in a language ("pt-BR" is "pt"; unknown languages are treated as "pt")."""
    short = lang[:2].lower()
    return _stem(folded, short if short in LANGUAGES else "pt")


def stems(folded: str) -> tuple[str, ...]:
    """Return the distinct stems of a folded word in the three languages."""
    return tuple(dict.fromkeys(_stem(folded, lang) for lang in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Document:
    """What the index stores of a text: its terms in order, and a written form of each term."""

    title: str
    title_terms: tuple[str, ...]
    body_terms: tuple[str, ...]
    written: dict[str, str]

    @property
    def terms(self) -> set[str]:
        """The distinct terms."""
        return set(self.written)


def document(title: str, body: str, lang: str) -> Document:
    """Return the terms of a title and a body, stemmed in their language."""
    written: dict[str, str] = {}
    title_terms, body_terms = (tuple(_terms(words(_normalized(part)), lang, written)) for part in (title, body))
    return Document(title, title_terms, body_terms, written)


def _terms(found: Iterable[Word], lang: str, written: dict[str, str]) -> Iterator[str]:
    for word in found:
        term = stem(word.folded, lang)
        written.setdefault(term, word.written.lower()[:_MAX_WORD_LENGTH])
        yield term


def _normalized(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# --- Stemming --------------------------------------------------------------------------------

_SNOWBALL = {"pt": "portuguese", "es": "spanish", "en": "english"}

#: Snowball stems many plurals differently from their singulars ("fiscais", "ações", "ciudades").
_SINGULARS = {
    "pt": (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("uis", "ul"), ("is", "il"),
           ("ns", "m"), ("s", "")),
    "es": (("ces", "z"), *((f"{end}es", end) for end in "dljnrsxyz"), ("us", "us"),
           ("s", "")),
    "en": (),
}  # fmt: skip
_IRREGULAR = {
    "ageis": "agil", "dificeis": "dificil", "faceis": "facil", "frageis": "fragil", "inuteis": "inutil",
    "uteis": "util", "leis": "lei", "reis": "rei", "maes": "mae", "pais": "pai", "dois": "dois", "seis": "seis",
    "gratis": "gratis", "lapis": "lapis", "tenis": "tenis",
}  # fmt: skip
#: Snowball's rules for nouns in -ção and -ción need the accent that folding removed.
_ACCENTED = {
    "pt": ((re.compile("cao$"), "ção"), (re.compile("ao$"), "ão")),
    "es": ((re.compile("([cs])ion$"), r"\1ión"),),
    "en": (),
}
_MIN_PLURAL_LENGTH = 4


@lru_cache(maxsize=50_000)
def _stem(folded: str, lang: str) -> str:
    word = _singular(folded, lang)
    for ending, accented in _ACCENTED[lang]:
        word = ending.sub(accented, word)
    # A stemmer stores the current word in itself, so threads must not share one.
    return fold(snowballstemmer.stemmer(_SNOWBALL[lang]).stemWord(word)) or folded


def _singular(folded: str, lang: str) -> str:
    if lang == "pt" and folded in _IRREGULAR:
        return _IRREGULAR[folded]
    if len(folded) >= _MIN_PLURAL_LENGTH:
        for plural, singular in _SINGULARS[lang]:
            if folded.endswith(plural):
                return folded.removesuffix(plural) + singular
    return folded
