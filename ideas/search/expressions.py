"""Translate the parts of a query into an engine's match expression.

The engine expands prefixes itself: in the same statement it inserts the most frequent terms that start with a
prefix. A prefix query on the index would first collect the documents of all those terms.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ideas.search.queries import Alternative, Part, WordMatcher

#: A prefix expands to at most this many terms, the most frequent ones.
MAX_PREFIX_TERMS = 50

#: Marks a prefix in the expression. Terms contain only letters and digits.
_MARK = "?"


@dataclass(frozen=True, slots=True)
class Syntax:
    """The operators of an engine's match expression."""

    both: str
    either: str
    quote: str

    def all_of(self, parts: Sequence[Part]) -> str:
        """Return the unexpanded expression for documents that have every part."""
        return _to_json(self.both.join(map(self._part, parts)))

    def _part(self, part: Part) -> str:
        return f"({self.either.join(map(self._alternative, part.alternatives))})"

    def _alternative(self, words: Alternative) -> str:
        return f"({self.both.join(map(self._word, words))})"

    def _word(self, word: WordMatcher) -> str:
        exact = self.either.join(f"{self.quote}{term}{self.quote}" for term in word.terms)
        prefix = f"{_MARK}{word.prefix} {' '.join(word.terms)}{_MARK}" if word.prefix else ""
        return f"({exact}{prefix})"


def _to_json(expression: str) -> str:
    """Return a JSON list of [text, prefix to expand after it, terms already in the text]."""
    pieces = expression.split(_MARK)
    prefixes = [(prefix, terms) for prefix, *terms in (piece.split(" ") for piece in pieces[1::2])]
    return json.dumps([(text, *prefix) for text, prefix in zip(pieces[::2], [*prefixes, (None, [])], strict=True)])
