"""Ways of saying the same thing, from `synonyms.toml`, and where a text uses one of them."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ideas.search import terms

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that mean the same, each as its folded words without stop words."""

    phrases: tuple[Phrase, ...]

    @property
    def name(self) -> str:
        """What the group goes by: its first phrase."""
        return " ".join(self.phrases[0])


def parts(folded: Sequence[str]) -> Iterator[tuple[int, int, Group | None]]:
    """Cut a text's words into known phrases, the longest first, and single words: (from, to, group)."""
    keys, place = [terms.stem(word, "pt") for word in folded], 0
    while place < len(keys):
        length, group = _longest_at(keys, place)
        yield place, place + length, group
        place += length


def _longest_at(keys: Sequence[str], place: int) -> tuple[int, Group | None]:
    for phrase, group in _by_first_word().get(keys[place], ()):
        if tuple(keys[place : place + len(phrase)]) == phrase:
            return len(phrase), group
    return 1, None


@cache
def _by_first_word() -> dict[str, list[tuple[Phrase, Group]]]:
    """Phrases by the stem of their first word, the longest first; all as Portuguese stems, which
    bring singular and plural together in Spanish and English well enough for that."""
    found: dict[str, list[tuple[Phrase, Group]]] = {}
    for group in _groups():
        for phrase in group.phrases:
            key = tuple(terms.stem(word, "pt") for word in phrase)
            found.setdefault(key[0], []).append((key, group))
    for phrases in found.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return found


def _groups() -> list[Group]:
    lines = tomllib.loads(resources.files(__package__).joinpath("synonyms.toml").read_text("utf-8"))["groups"]
    split = ([tuple(word.folded for word in terms.words(phrase)) for phrase in line] for line in lines)
    return [Group(tuple(dict.fromkeys(filter(None, phrases)))) for phrases in split]
