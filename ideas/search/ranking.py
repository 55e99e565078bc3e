"""Rank the hits of a query by their titles. Pure functions, identical on both engines.

Every hit has every part, so only the titles differ: the more parts a title has the higher it ranks, and among equals
the one with the fewest other terms. Bodies are not weighed; ties are sorted newest first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ideas.search.queries import Alternative, Part


class Ranking:
    """Ranks the hits of a query; 0 is a hit whose title has no part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = [[_words(alternative) for alternative in part.alternatives] for part in parts]
        every_word = (word for alternatives in self._parts for words in alternatives for word in words)
        self._substrings = tuple({substring for word in every_word for substring in word.substrings})

    def rank(self, title_terms: str) -> float:
        """Return the rank of a document, given the space-separated terms of its title."""
        for substring in self._substrings:
            if substring in title_terms:
                return self._rank(frozenset(title_terms.split()))
        return 0.0

    def _rank(self, title: frozenset[str]) -> float:
        # For each part, the alternative that covers most of the title.
        covered = [terms for words in self._parts if (terms := max((_covered(one, title) for one in words), key=len))]
        return round(len(covered) + len(frozenset().union(*covered)) / len(title), 4) if covered else 0.0


class _Word(NamedTuple):
    terms: frozenset[str]
    prefix: str | None

    @property
    def substrings(self) -> frozenset[str]:
        """Every title with the word contains one of these: a fast check that rejects most titles."""
        return self.terms if self.prefix is None else self.terms | {self.prefix}


def _words(alternative: Alternative) -> list[_Word]:
    return [_Word(frozenset(word.terms), word.prefix) for word in alternative]


def _covered(words: Sequence[_Word], title: frozenset[str]) -> frozenset[str]:
    """Return the title's terms that match the words; none unless every word matches."""
    covered: frozenset[str] = frozenset()
    for terms, prefix in words:
        matched = title & terms
        if prefix:
            matched |= {term for term in title if term.startswith(prefix)}
        if not matched:
            return matched
        covered |= matched
    return covered
