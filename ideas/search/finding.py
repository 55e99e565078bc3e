"""Search documents, and find documents with a similar title."""

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

#: Ranking costs time per hit, so only this many are ranked: the newest, and the newest whose title has every word.
#: A search returns at most as many.
MAX_HITS = 200

#: Similar titles are searched by the rarest words of a title: two to four, as long as the documents that have them
#: do not exceed _MAX_DOCUMENTS in all. Each word adds its newest titles.
_MIN_RARE_WORDS, _MAX_RARE_WORDS, _MAX_DOCUMENTS, _NEWEST_PER_WORD = 2, 4, 5_000, 300
#: The best candidates are compared; more are selected, because the reader may not see all of them.
_MAX_COMPARED, _MAX_CANDIDATES = 50, 150
#: PostgreSQL answers a word that more documents have by a scan (postgres.py).
_FREQUENT = 10_000


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A document whose title is similar to the typed one, and the similarity from 0 to 1."""

    id: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents (id, title_terms) to rank: a subquery to join with the rows a person may see, and its parameters.

    The subquery is the same object for every query of a kind, so that callers can cache the statement they build on it.
    """

    documents: Subquery
    values: Mapping[str, Any]
    _ranking: Ranking

    def best(self, rows: Iterable[tuple[int, str]]) -> dict[int, float]:
        """Rank rows of (id, title_terms): the best MAX_HITS, best first. A repeated id has its best rank."""
        ranks: dict[int, float] = {}
        for id, title_terms in rows:
            ranks[id] = max(ranks.get(id, 0.0), self._ranking.rank(title_terms))
        best = sorted(ranks.items(), key=lambda ranked: (-ranked[1], -ranked[0]))
        return dict(best[:MAX_HITS])


def corrected(database: Database, kind: str, query: Query) -> Query:
    """Return the query with unknown words replaced by similar known ones.

    Then `corrected` is the text to show as the searched one. A query that has hits has no unknown word.
    """
    _, connection = engines.resolve(database)
    return correcting.corrected(connection, engines.validated(kind), query)


def matching(database: Database, kind: str, query: Query) -> Matches:
    """Return the documents that have every part of a non-empty query.

    The newest MAX_HITS, and as many of those that have every part in their title.
    """
    engine, connection = engines.resolve(database)
    values = {"query": engine.SYNTAX.all_of(query.parts), "limit": MAX_HITS}
    return Matches(_matching(connection.dialect.name, engines.validated(kind)), values, Ranking(query.parts))


def similar(
    database: Database, kind: str, title: str, *, among: Select[Any] | None = None, limit: int = 5
) -> list[SimilarDocument]:
    """Return documents with a similar title, the most similar first and ties newest first.

    `among` selects the ids a person may see.
    """
    found = candidates(database, kind, title)
    if found is None:
        return []
    rows = best_candidates(select(found.documents.c.id, found.documents.c.title), found.documents)
    rows = rows if among is None else rows.where(found.documents.c.id.in_(among))
    _, connection = engines.resolve(database)
    titles = {row.id: row.title for row in connection.execute(rows, found.values)}
    return found.similar(titles, limit)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The documents (id, rank, title) that share a rare word with a title: a subquery to join, and its parameters.

    There are only a few different subqueries, so that callers can cache the statement they build on one.
    """

    typed: str
    documents: Subquery
    values: Mapping[str, Any]
    weights: Mapping[str, float]

    def similar(self, titles: Mapping[int, str], limit: int = 5) -> list[SimilarDocument]:
        """Return those of the titles (by document id) that are similar, the most similar first."""
        compared = (
            SimilarDocument(id, similarity.similarity(self.typed, title, self.weights)) for id, title in titles.items()
        )
        similar = (one for one in compared if one.similarity >= similarity.THRESHOLD)
        return sorted(similar, key=lambda one: (-one.similarity, -one.id))[:limit]


def candidates(database: Database, kind: str, title: str) -> Candidates | None:
    """Return the documents to compare a title with, to join with the rows a person may see; None without any.

    Only titles with one of its four rarest words are compared: the newest of each, and those with all of them.
    """
    engine, connection = engines.resolve(database)
    counts = _counts(connection, engines.validated(kind), parse(title).parts)
    rarest = _rarest(counts)
    if not rarest:
        return None
    weights = {part.concept: similarity.rarity(count) for part, count in counts.items()}
    subsets = [[part] for part in rarest] + ([rarest] if len(rarest) > 1 else [])
    values: dict[str, Any] = {"limit": _NEWEST_PER_WORD, "max_candidates": _MAX_CANDIDATES}
    for number, parts in enumerate(subsets):
        values[f"query_{number}"] = engine.SYNTAX.all_of(parts)
        values[f"weight_{number}"] = sum(weights[part.concept] for part in parts)
    frequent = tuple(min(counts[part] for part in parts) > _FREQUENT for parts in subsets)
    return Candidates(title, _sharing_terms(connection.dialect.name, kind, frequent), values, weights)


def best_candidates(rows: Select[Any], documents: Subquery) -> Select[Any]:
    """Limit a query that joins the documents of `candidates` to the ones worth comparing."""
    return rows.order_by(documents.c.rank.desc(), documents.c.id.desc()).limit(_MAX_COMPARED)


@statement
def _matching(dialect: str, kind: str) -> Subquery:
    return engines.engine_for(dialect).matching(kind)


@statement
def _sharing_terms(dialect: str, kind: str, frequent: tuple[bool, ...]) -> Subquery:
    return engines.engine_for(dialect).sharing_terms(kind, frequent)


def _rarest(counts: Mapping[Part, int]) -> list[Part]:
    known = sorted((part for part in counts if counts[part]), key=lambda part: counts[part])[:_MAX_RARE_WORDS]
    documents = list(accumulate(counts[part] for part in known))
    return [part for n, part in enumerate(known) if n < _MIN_RARE_WORDS or documents[n] <= _MAX_DOCUMENTS]


def _counts(connection: Connection, kind: str, parts: tuple[Part, ...]) -> dict[Part, int]:
    """Return the approximate number of documents that have each part, in any alternative."""
    terms = {term for part in parts for words in part.alternatives for word in words for term in word.terms}
    known = vocabulary.frequencies(connection, kind, terms)
    return {part: _count(part, known) for part in parts}


def _count(part: Part, known: Mapping[str, int]) -> int:
    return sum(min(sum(known.get(term, 0) for term in word.terms) for word in words) for words in part.alternatives)
