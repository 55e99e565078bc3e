"""Spelling correction: replace a typed word that no document has by the nearest word that one has.

The work is bounded: three words of a query, two hundred candidates each. The distance is the optimal string
alignment: letters changed, added, dropped, or swapped with the next.
"""

from rapidfuzz.distance import OSA
from sqlalchemy import Connection

from ideas.search import queries, terms, vocabulary
from ideas.search.queries import Part, Query
from ideas.search.vocabulary import Entry
from ideas.text import fold

_MOST_CORRECTED = 3
_MOST_CANDIDATES = 200
_SHORTEST_CORRECTED = 4
_SHORTEST_FOR_TWO_MISTAKES = 7


def corrected(connection: Connection, kind: str, query: Query) -> Query:
    """Return the query as it is, or with unknown words replaced and `corrected` set."""
    replacements = {}
    for word in _unknown(connection, kind, query.parts)[:_MOST_CORRECTED]:
        if entry := _nearest(connection, kind, word.folded):
            replacements[word] = (entry.term, entry.word)
    return queries.corrected(query, replacements) if replacements else query


def _unknown(connection: Connection, kind: str, parts: tuple[Part, ...]) -> list[terms.Word]:
    """Return the words that no document has, among parts of one word without synonyms."""
    alone = [(part.words[0], part.ways[0][0]) for part in parts if len(part.words) == len(part.ways) == 1]
    known = vocabulary.frequencies(connection, kind, [term for _, sought in alone for term in sought.terms])
    return [
        word
        for word, sought in alone
        if not known.keys() & set(sought.terms)
        and not (sought.beginning and vocabulary.any_begins(connection, kind, sought.beginning))
    ]


def _nearest(connection: Connection, kind: str, folded: str) -> Entry | None:
    reach, term = _mistakes(folded), terms.stem(folded, "pt")
    if not reach:
        return None
    for near in (vocabulary.near_from_first_letter, vocabulary.near_in_the_middle):
        entries = near(connection, kind, term, reach=reach, most=_MOST_CANDIDATES)
        ranked = ((_how_far(folded, term, entry, reach), -entry.documents, entry.term, entry) for entry in entries)
        best = min(ranked, default=None, key=lambda found: found[:3])
        if best and best[0] <= reach:
            return best[3]
    return None


def _how_far(folded: str, term: str, entry: Entry, reach: int) -> int:
    """Return the smaller of the distances between stems and between words; shorter stems allow fewer mistakes.

    A distance above `reach` is `reach` + 1.
    """
    by_stems, allowed = OSA.distance(term, entry.term, score_cutoff=reach), _mistakes(term)
    by_words = OSA.distance(folded, fold(entry.word), score_cutoff=reach)
    return min(by_stems, by_words) if by_stems <= allowed else by_words


def _mistakes(word: str) -> int:
    """Return how many mistakes a word of this length may have and still be recognised."""
    return 0 if len(word) < _SHORTEST_CORRECTED else 1 if len(word) < _SHORTEST_FOR_TWO_MISTAKES else 2
