"""From what was typed to the documents that have it, or that resemble it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Select, Subquery, false, select

from ideas.search import correcting, engines, queries, resembling, vocabulary
from ideas.search.engines import Database
from ideas.search.queries import Part, Query

#: Ranking costs by the hit, so only the newest so many are ranked: more than anyone reads.
MOST_RANKED = 2_000

#: Resemblance looks for a title's rarest words: two at least, four at most, and no further ones
#: that would bring in more documents than this.
_FEWEST_RAREST, _MOST_RAREST, _MOST_BROUGHT_IN = 2, 4, 5_000
_MOST_COMPARED = 50


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A document whose title is like the one typed, and how much, from 0 to 1."""

    id: int
    likeness: float


def understand(database: Database, kind: str, typed: str) -> Query:
    """The query in a text as typed. Words that no document has are replaced by near ones that some
    document has; then `query.corrected` is the text to show as what was looked for."""
    _, connection = engines.of(database)
    return correcting.corrected(connection, engines.checked(kind), queries.parse(typed))


def matching(database: Database, kind: str, query: Query) -> Subquery:
    """(id, rank) of the newest 2,000 documents that have every part; a higher rank is better.

    To be joined with the rows a person may see. A query with no parts matches nothing.
    """
    engine, _ = engines.of(database)
    expression = engine.all_of(query.parts)
    hits = engine.hits(engines.checked(kind), expression, MOST_RANKED)
    return (hits if query else hits.where(false())).subquery()


def similar(
    database: Database, kind: str, title: str, *, among: Select[Any] | None = None, limit: int = 5
) -> list[Resemblance]:
    """Documents whose titles say nearly the same, the most alike first, the newest of equals first.

    `among` selects the ids a person may see.
    """
    near = candidates(database, kind, title)
    if near is None:
        return []
    rows = near.newest(select(near.documents.c.id, near.documents.c.title))
    rows = rows if among is None else rows.where(near.documents.c.id.in_(among))
    _, connection = engines.of(database)
    return near.likely((tuple(row) for row in connection.execute(rows)), limit)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The documents (id, rank, title) to compare a typed title with: those that share a rare word."""

    typed: str
    documents: Subquery
    weights: Mapping[str, float]

    def newest(self, rows: Select[Any]) -> Select[Any]:
        """The rows joined with the documents, cut to as many as are worth comparing."""
        return rows.order_by(self.documents.c.rank.desc(), self.documents.c.id.desc()).limit(_MOST_COMPARED)

    def likely(self, found: Iterable[tuple[int, str]], limit: int = 5) -> list[Resemblance]:
        """Those of the (id, title) that say nearly the same, the most alike first."""
        alike = (Resemblance(id, resembling.likeness(self.typed, title, self.weights)) for id, title in found)
        likely = (one for one in alike if one.likeness >= resembling.THRESHOLD)
        return sorted(likely, key=lambda one: (-one.likeness, -one.id))[:limit]


def candidates(database: Database, kind: str, title: str) -> Candidates | None:
    """What to compare a title with, to be joined with the rows a person may see; None if it says nothing.

    Only documents with one of the title's four rarest words are compared.
    """
    engine, connection = engines.of(database)
    counts = _counts(connection, engines.checked(kind), queries.parse(title).parts)
    rarest = _rarest(counts)
    if not rarest:
        return None
    documents = engine.hits(kind, engine.any_in_title(rarest), MOST_RANKED).subquery()
    return Candidates(title, documents, {part.concept: resembling.rarity(count) for part, count in counts.items()})


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
