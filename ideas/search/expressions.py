"""From the parts of a query to what an engine is told to look for.

An engine completes an expression itself: where a word is half typed, it puts in the terms that begin
so. A beginning asked of the index would have to gather all documents of all those terms first, however
few of them are wanted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ideas.search.queries import Part, Sought, Way

#: A beginning stands for so many terms, the most frequent: what is typed further makes it fewer.
MOST_BEGUN = 50

#: Terms hold only letters and digits.
_PLACE = "?"


@dataclass(frozen=True, slots=True)
class Syntax:
    """How an engine writes an expression."""

    both: str
    either: str
    quote: str

    def all_of(self, parts: Sequence[Part]) -> str:
        """The expression, yet to be completed, for documents that have every part."""
        return _pieces(self.both.join(map(self._part, parts)))

    def _part(self, part: Part) -> str:
        return f"({self.either.join(map(self._way, part.ways))})"

    def _way(self, way: Way) -> str:
        return f"({self.both.join(map(self._word, way))})"

    def _word(self, word: Sought) -> str:
        exact = self.either.join(f"{self.quote}{term}{self.quote}" for term in word.terms)
        begun = f"{_PLACE}{word.beginning} {' '.join(word.terms)}{_PLACE}" if word.beginning else ""
        return f"({exact}{begun})"


def _pieces(expression: str) -> str:
    """As JSON: [text, beginning whose terms follow it, those that are said already] again and again."""
    cut = expression.split(_PLACE)
    places = [place.split(" ") for place in cut[1::2]]
    begun = [(beginning, said) for beginning, *said in places]
    return json.dumps([(text, *place) for text, place in zip(cut[::2], [*begun, (None, [])], strict=True)])
