"""Spelling correction: replace a typed word that no document has by the nearest word that one has.

The work is bounded: three words of a query, two hundred candidates each. The distance is the optimal string
alignment: letters changed, added, dropped, or swapped with the next.
"""

from rapidfuzz.distance import OSA
from sqlalchemy import Connection

from ideas.search import queries, terms, vocabulary
from ideas.search.queries import Part, Query
from ideas.search.vocabulary import VocabularyEntry
from ideas.text import fold

_MAX_CORRECTIONS = 3
_MAX_CANDIDATES = 200
_MIN_LENGTH = 4
_MIN_LENGTH_FOR_TWO_MISTAKES = 7


def corrected(connection: Connection, kind: str, query: Query) -> Query:
    """Return the query as it is, or with unknown words replaced and `corrected` set."""
    replacements = {}
    for word in _unknown(connection, kind, query.parts)[:_MAX_CORRECTIONS]:
        if entry := _nearest(connection, kind, word.folded):
            replacements[word] = (entry.term, entry.word)
    return queries.corrected(query, replacements) if replacements else query


def _unknown(connection: Connection, kind: str, parts: tuple[Part, ...]) -> list[terms.Word]:
    """Return the words that no document has, among parts of one word without synonyms."""
    single_words = [
        (part.words[0], part.alternatives[0][0]) for part in parts if len(part.words) == len(part.alternatives) == 1
    ]
    known = vocabulary.frequencies(connection, kind, [term for _, matcher in single_words for term in matcher.terms])
    return [
        word
        for word, matcher in single_words
        if not known.keys() & set(matcher.terms)
        and not (matcher.prefix and vocabulary.has_prefix(connection, kind, matcher.prefix))
    ]


def _nearest(connection: Connection, kind: str, folded: str) -> VocabularyEntry | None:
    max_distance, term = _allowed_mistakes(folded), terms.stem(folded, "pt")
    if not max_distance:
        return None
    for similar in (vocabulary.similar_by_first_letter, vocabulary.similar_by_middle):
        entries = similar(connection, kind, term, max_distance=max_distance, limit=_MAX_CANDIDATES)
        ranked = (
            (_distance(folded, term, entry, max_distance), -entry.documents, entry.term, entry) for entry in entries
        )
        best = min(ranked, default=None, key=lambda found: found[:3])
        if best and best[0] <= max_distance:
            return best[3]
    return None


def _distance(folded: str, term: str, entry: VocabularyEntry, max_distance: int) -> int:
    """Return the smaller of the distances between stems and between words; shorter stems allow fewer mistakes.

    A distance above `max_distance` is `max_distance` + 1.
    """
    by_stems, allowed = OSA.distance(term, entry.term, score_cutoff=max_distance), _allowed_mistakes(term)
    by_words = OSA.distance(folded, fold(entry.word), score_cutoff=max_distance)
    return min(by_stems, by_words) if by_stems <= allowed else by_words


def _allowed_mistakes(word: str) -> int:
    """Return how many mistakes a word of this length may have and still be recognised."""
    return 0 if len(word) < _MIN_LENGTH else 1 if len(word) < _MIN_LENGTH_FOR_TWO_MISTAKES else 2
