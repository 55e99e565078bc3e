"""Parse search text into a query whose every part must match.

A part is a word, or a phrase with synonyms. A word matches by any of its stems, or by its prefix from four letters
on. An empty text, or one of stop words only, has no parts and matches nothing.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ideas.search import synonyms, terms

_MAX_TEXT_LENGTH = 300
_MAX_WORDS = 12
_MIN_PREFIX_LENGTH = 4


@dataclass(frozen=True, slots=True)
class WordMatcher:
    """Matches a document that has one of the terms, or a term that starts with the prefix."""

    terms: tuple[str, ...]
    prefix: str | None = None


#: Words that must all match: one alternative of a part.
Alternative = tuple[WordMatcher, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive words of the text, and the alternatives that match them.

    Parts with the same `concept` mean the same: inflections of a word, or synonymous phrases.
    """

    concept: str
    words: tuple[terms.Word, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `corrected` is the text to show when words were replaced."""

    typed: str
    parts: tuple[Part, ...]
    corrected: str | None = None

    def __bool__(self) -> bool:
        """Return whether the query has any part."""
        return bool(self.parts)


def parse(typed: str) -> Query:
    """Parse the first 300 characters and twelve words of a text."""
    typed = _normalized(typed)
    found = _words(typed)
    parts = (_part(found[start:end], group) for start, end, group in _segments(found))
    return Query(typed, tuple({part.concept: part for part in parts}.values()))


def concepts(text: str) -> frozenset[str]:
    """Return the concepts of a text's parts, as `parse` finds them, in a fraction of the time."""
    found = _words(_normalized(text))
    return frozenset(_concept(found[start:end], group) for start, end, group in _segments(found))


def corrected(query: Query, replacements: dict[terms.Word, tuple[str, str]]) -> Query:
    """Return the query with some words replaced, each by (term, written form)."""
    parts, text = [], query.typed
    for part in query.parts:
        term = replacements.get(part.words[0], ("", ""))[0]
        parts.append(replace(part, alternatives=((WordMatcher((term,)),),)) if term else part)
    for word in sorted(replacements, key=lambda word: -word.start):
        text = text[: word.start] + replacements[word][1] + text[word.end :]
    return Query(query.typed, tuple(parts), text)


def _normalized(typed: str) -> str:
    return unicodedata.normalize("NFC", typed[:_MAX_TEXT_LENGTH])


def _words(typed: str) -> tuple[terms.Word, ...]:
    return tuple(terms.words(typed))[:_MAX_WORDS]


def _segments(found: tuple[terms.Word, ...]) -> Iterator[tuple[int, int, synonyms.SynonymGroup | None]]:
    return synonyms.parts([word.folded for word in found])


def _part(words: tuple[terms.Word, ...], group: synonyms.SynonymGroup | None) -> Part:
    as_typed = tuple(_matcher(word.folded, _prefix(word.folded)) for word in words)
    synonymous = [tuple(map(_matcher, phrase)) for phrase in group.phrases] if group else []
    return Part(_concept(words, group), words, tuple(dict.fromkeys([as_typed, *synonymous])))


def _concept(words: tuple[terms.Word, ...], group: synonyms.SynonymGroup | None) -> str:
    return f"={group.name}" if group else terms.stem(words[0].folded, "pt")


def _matcher(folded: str, prefix: str | None = None) -> WordMatcher:
    return WordMatcher(terms.stems(folded), prefix)


def _prefix(folded: str) -> str | None:
    return folded if len(folded) >= _MIN_PREFIX_LENGTH else None
