"""How well a document that has all of a query answers it. Pure, and the same on both engines.

Every hit has every part, so what tells them apart is the title: the more parts it says the better,
and of those that say equally many, the one that says least besides. The texts are not weighed: equals
stand newest first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ideas.search.queries import Part, Way


class Ranking:
    """The ranks of a query's hits, from 0, for one that has it in its text alone, up."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = [[_plain(way) for way in part.ways] for part in parts]
        self._signs = tuple({sign for ways in self._parts for way in ways for word in way for sign in word.signs})

    def of(self, title_terms: str) -> float:
        """The rank of a document by the terms of its title."""
        for sign in self._signs:
            if sign in title_terms:
                return self._of(frozenset(title_terms.split()))
        return 0.0

    def _of(self, title: frozenset[str]) -> float:
        # Each part in the way that takes most of the title.
        said = [found for ways in self._parts if (found := max((_by(way, title) for way in ways), key=len))]
        return round(len(said) + len(frozenset().union(*said)) / len(title), 4) if said else 0.0


class _Word(NamedTuple):
    terms: frozenset[str]
    beginning: str | None

    @property
    def signs(self) -> frozenset[str]:
        """Whatever title says the word has one of these among its letters: quick to know, and mostly false."""
        return self.terms if self.beginning is None else self.terms | {self.beginning}


def _plain(way: Way) -> list[_Word]:
    return [_Word(frozenset(word.terms), word.beginning) for word in way]


def _by(way: Sequence[_Word], title: frozenset[str]) -> frozenset[str]:
    """The terms by which a title says all words of a way."""
    said: frozenset[str] = frozenset()
    for terms, beginning in way:
        here = title & terms
        if beginning:
            here |= {term for term in title if term.startswith(beginning)}
        if not here:
            return here
        said |= here
    return said
