"""A typed word that no document has, replaced by the nearest one that some document has.

The work is bounded: three words of a query, two hundred candidates each.
"""

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
    """The query as it is, or with unknown words replaced and `corrected` saying so."""
    replacements = {}
    for word in _unknown(connection, kind, query.parts)[:_MOST_CORRECTED]:
        if entry := _nearest(connection, kind, word.folded):
            replacements[word] = (entry.term, entry.word)
    return queries.corrected(query, replacements) if replacements else query


def distance(one: str, other: str, most: int) -> int:
    """How many letters to change, add, drop or swap with the next; more than `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for at, facing in enumerate(other, 1):
            cost = min(above[at] + 1, line[at - 1] + 1, above[at - 1] + (letter != facing))
            if row > 1 and at > 1 and letter == other[at - 2] and one[row - 2] == facing:
                cost = min(cost, before[at - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, above = above, line
    return min(above[-1], most + 1)


def _unknown(connection: Connection, kind: str, parts: tuple[Part, ...]) -> list[terms.Word]:
    """The words, each a part by itself without synonyms, that no document has."""
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
    """By the stems or by the words, whichever is nearer. A stem, being shorter, forgives less."""
    by_stems, allowed = distance(term, entry.term, reach), _mistakes(term)
    by_words = distance(folded, fold(entry.word), reach)
    return min(by_stems, by_words) if by_stems <= allowed else by_words


def _mistakes(word: str) -> int:
    """How many mistakes leave a word of this length recognisable."""
    return 0 if len(word) < _SHORTEST_CORRECTED else 1 if len(word) < _SHORTEST_FOR_TWO_MISTAKES else 2
