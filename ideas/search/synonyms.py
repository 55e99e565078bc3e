"""Synonyms, from `synonyms.toml`, and where a text uses one of them."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ideas.search import terms

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Phrases that mean the same, each as its folded words without stop words."""

    phrases: tuple[Phrase, ...]

    @property
    def name(self) -> str:
        """The first phrase."""
        return " ".join(self.phrases[0])


def parts(folded: Sequence[str]) -> Iterator[tuple[int, int, SynonymGroup | None]]:
    """Split words into known phrases, the longest first, and single words: (start, end, group)."""
    keys, start = [terms.stem(word, "pt") for word in folded], 0
    while start < len(keys):
        length, group = _longest_at(keys, start)
        yield start, start + length, group
        start += length


def _longest_at(keys: Sequence[str], start: int) -> tuple[int, SynonymGroup | None]:
    for phrase, group in _by_first_word().get(keys[start], ()):
        if tuple(keys[start : start + len(phrase)]) == phrase:
            return len(phrase), group
    return 1, None


@cache
def _by_first_word() -> dict[str, list[tuple[Phrase, SynonymGroup]]]:
    """Return the phrases by the stem of their first word, the longest first.

    All are stemmed as Portuguese, which matches singular and plural well enough in Spanish and English.
    """
    found: dict[str, list[tuple[Phrase, SynonymGroup]]] = {}
    for group in _groups():
        for phrase in group.phrases:
            key = tuple(terms.stem(word, "pt") for word in phrase)
            found.setdefault(key[0], []).append((key, group))
    for phrases in found.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return found


def _groups() -> list[SynonymGroup]:
    lines = tomllib.loads(resources.files(__package__).joinpath("synonyms.toml").read_text("utf-8"))["groups"]
    split = ([tuple(word.folded for word in terms.words(phrase)) for phrase in line] for line in lines)
    return [SynonymGroup(tuple(dict.fromkeys(filter(None, phrases)))) for phrases in split]
