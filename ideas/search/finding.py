"""From what was typed to the documents that have it, or that resemble it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Select, Subquery, select

from ideas.search import correcting, engines, similarity, vocabulary
from ideas.search.engines import Database
from ideas.search.queries import Part, Query, parse
from ideas.search.ranking import Ranking
from ideas.statements import statement

#: Ranking costs by the hit. So many are ranked, the newest and those whose title has every word, and as many
#: are found at most: more than anyone reads.
MOST_FOUND = 500

#: Resemblance looks for a title's rarest words: two at least, four at most, and no further ones
#: that would bring in more documents than this. Each brings in its newest titles.
_FEWEST_RAREST, _MOST_RAREST, _MOST_BROUGHT_IN, _NEWEST_BROUGHT_IN = 2, 4, 5_000, 300
#: And of those, the likeliest are compared; more are looked at, since a person may not see all of them.
_MOST_COMPARED, _MOST_LOOKED_AT = 50, 150
#: A word that more documents have is in so many titles that an index had better not gather them.
_OFTEN = 10_000


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A document whose title is like the one typed, and how much, from 0 to 1."""

    id: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents (id, title_terms) to rank, asked for with `values`: to be joined with the rows a person may see.

    The same statement for every query of a kind, so whoever joins it can keep what they make of it.
    """

    documents: Subquery
    values: Mapping[str, Any]
    _ranking: Ranking

    def best(self, rows: Iterable[tuple[int, str]]) -> dict[int, float]:
        """The ranks of (id, title_terms), the best first and MOST_FOUND at most; an id's is its best."""
        ranks: dict[int, float] = {}
        for id, title_terms in rows:
            ranks[id] = max(ranks.get(id, 0.0), self._ranking.of(title_terms))
        best = sorted(ranks.items(), key=lambda ranked: (-ranked[1], -ranked[0]))
        return dict(best[:MOST_FOUND])


def corrected(database: Database, kind: str, query: Query) -> Query:
    """The query, with words that no document has replaced by near ones that some document has.

    Then `corrected` is the text to show as what was looked for. A query that finds something has no such word.
    """
    _, connection = engines.of(database)
    return correcting.corrected(connection, engines.checked(kind), query)


def matching(database: Database, kind: str, query: Query) -> Matches:
    """The documents that have every part of a query that is not empty.

    The newest MOST_FOUND, and as many of those that have every part in their title.
    """
    engine, connection = engines.of(database)
    values = {"sought": engine.SYNTAX.all_of(query.parts), "most": MOST_FOUND}
    return Matches(_found(connection.dialect.name, engines.checked(kind)), values, Ranking(query.parts))


def similar(
    database: Database, kind: str, title: str, *, among: Select[Any] | None = None, limit: int = 5
) -> list[Resemblance]:
    """Documents whose titles say nearly the same, the most alike first, the newest of equals first.

    `among` selects the ids a person may see.
    """
    near = candidates(database, kind, title)
    if near is None:
        return []
    rows = likeliest(select(near.documents.c.id, near.documents.c.title), near.documents)
    rows = rows if among is None else rows.where(near.documents.c.id.in_(among))
    _, connection = engines.of(database)
    return near.likely((tuple(row) for row in connection.execute(rows, near.values)), limit)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The documents (id, rank, title) to compare a typed title with, asked for with `values`: those that share
    a rare word.

    One of a few statements for all titles, so whoever joins it can keep what they make of it.
    """

    typed: str
    documents: Subquery
    values: Mapping[str, Any]
    weights: Mapping[str, float]

    def likely(self, found: Iterable[tuple[int, str]], limit: int = 5) -> list[Resemblance]:
        """Those of the (id, title) that say nearly the same, the most alike first."""
        alike = (Resemblance(id, similarity.likeness(self.typed, title, self.weights)) for id, title in found)
        likely = (one for one in alike if one.likeness >= similarity.THRESHOLD)
        return sorted(likely, key=lambda one: (-one.likeness, -one.id))[:limit]


def candidates(database: Database, kind: str, title: str) -> Candidates | None:
    """What to compare a title with, to be joined with the rows a person may see; None if it says nothing.

    Only titles with one of its four rarest words are compared: the newest of each, and those with all of them.
    """
    engine, connection = engines.of(database)
    counts = _counts(connection, engines.checked(kind), parse(title).parts)
    rarest = _rarest(counts)
    if not rarest:
        return None
    weights = {part.concept: similarity.rarity(count) for part, count in counts.items()}
    legs = [[part] for part in rarest] + ([rarest] if len(rarest) > 1 else [])
    values: dict[str, Any] = {"most": _NEWEST_BROUGHT_IN, "likeliest": _MOST_LOOKED_AT}
    for number, leg in enumerate(legs):
        values[f"sought_{number}"] = engine.SYNTAX.all_of(leg)
        values[f"weight_{number}"] = sum(weights[part.concept] for part in leg)
    often = tuple(min(counts[part] for part in leg) > _OFTEN for leg in legs)
    return Candidates(title, _near(connection.dialect.name, kind, often), values, weights)


def likeliest(rows: Select[Any], documents: Subquery) -> Select[Any]:
    """The rows joined with the documents of candidates, cut to as many as are worth comparing."""
    return rows.order_by(documents.c.rank.desc(), documents.c.id.desc()).limit(_MOST_COMPARED)


@statement
def _found(dialect: str, kind: str) -> Subquery:
    return engines.named(dialect).found(kind)


@statement
def _near(dialect: str, kind: str, often: tuple[bool, ...]) -> Subquery:
    return engines.named(dialect).near(kind, often)


def _rarest(counts: Mapping[Part, int]) -> list[Part]:
    known = sorted((part for part in counts if counts[part]), key=lambda part: counts[part])[:_MOST_RAREST]
    brought_in = list(accumulate(counts[part] for part in known))
    return [part for place, part in enumerate(known) if place < _FEWEST_RAREST or brought_in[place] <= _MOST_BROUGHT_IN]


def _counts(connection: Connection, kind: str, parts: tuple[Part, ...]) -> dict[Part, int]:
    """In about how many documents each part stands, in any of its ways."""
    sought = {term for part in parts for way in part.ways for word in way for term in word.terms}
    known = vocabulary.frequencies(connection, kind, sought)
    return {part: _count(part, known) for part in parts}


def _count(part: Part, known: Mapping[str, int]) -> int:
    return sum(min(sum(known.get(term, 0) for term in word.terms) for word in way) for way in part.ways)
