"""Search on PostgreSQL: one table per kind with a `tsvector`, and a GIN index on it.

Vectors and queries are written out term by term and cast, never parsed by the server's own text
search, so that both engines know exactly the same terms.
"""

# ruff: noqa: S608 - a kind is a name of the code's own, checked by engines.checked

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, Float, Select, Text, select, text

from ideas.search.queries import Part, Sought, Way
from ideas.search.terms import Document


def create_statements(kind: str) -> list[str]:
    """The tables of a kind: the terms of each document, and in how many each term stands."""
    return [
        f"CREATE TABLE {kind}_search (id BIGINT PRIMARY KEY, title TEXT NOT NULL, terms TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{kind}_search_terms ON {kind}_search USING gin (terms)",
        # Compared byte by byte, so that a range of the index holds all terms with one beginning.
        f'CREATE TABLE {kind}_term (term TEXT COLLATE "C" PRIMARY KEY, word TEXT NOT NULL, documents INTEGER NOT NULL)',
    ]


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """The terms a document was indexed with; the row stays locked until the transaction ends."""
    statement = f"SELECT tsvector_to_array(terms) FROM {kind}_search WHERE id = :id FOR UPDATE"
    return set(connection.scalar(text(statement), {"id": id}) or ())


def put(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Keep a document's terms, in place of those it had."""
    connection.execute(
        text(
            f"INSERT INTO {kind}_search (id, title, terms) VALUES (:id, :title, CAST(:terms AS tsvector))"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, terms = excluded.terms"
        ),
        {"id": id, "title": document.title, "terms": vector(document)},
    )


def delete(connection: Connection, kind: str, id: int) -> None:
    """Forget a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE id = :id"), {"id": id})


def hits(kind: str, expression: str, most: int) -> Select[tuple[int, float, str]]:
    """(id, rank, title) of the newest documents that match; a higher rank is better."""
    # Left to choose, the planner takes a beginning for frequent and walks all ids from the newest.
    found = text(
        f"WITH hit AS MATERIALIZED (SELECT id FROM {kind}_search WHERE terms @@ CAST(:expression AS tsquery)),"
        " newest AS MATERIALIZED (SELECT id FROM hit ORDER BY id DESC LIMIT :most)"
        f" SELECT id, ts_rank('{{0, 0, 0.2, 1}}', terms, CAST(:expression AS tsquery)) AS rank, title"
        f" FROM newest JOIN {kind}_search USING (id)"
    ).bindparams(expression=expression, most=most)
    rows = found.columns(id=BigInteger, rank=Float, title=Text).subquery()
    return select(rows.c.id, rows.c.rank, rows.c.title)


def all_of(parts: Sequence[Part]) -> str:
    """The engine's expression for documents that have every part."""
    return " & ".join(_part(part, "") for part in parts)


def any_in_title(parts: Sequence[Part]) -> str:
    """The engine's expression for documents with any of the parts in their title."""
    return " | ".join(_part(part, "A") for part in parts)


#: The server's own limit for a place in a vector.
_LAST_PLACE = 16_383


def vector(document: Document) -> str:
    """Title terms weigh A and body terms B: the fourth and third numbers given to `ts_rank`."""
    weights = ["A"] * len(document.title_terms) + ["B"] * len(document.body_terms)
    placed = zip((*document.title_terms, *document.body_terms), weights, strict=True)
    return " ".join(f"'{term}':{min(place, _LAST_PLACE)}{weight}" for place, (term, weight) in enumerate(placed, 1))


def _part(part: Part, weight: str) -> str:
    return f"({' | '.join(_way(way, weight) for way in part.ways)})"


def _way(way: Way, weight: str) -> str:
    return f"({' & '.join(_word(word, weight) for word in way)})"


def _word(word: Sought, weight: str) -> str:
    exact = [f"'{term}':{weight}" if weight else f"'{term}'" for term in word.terms]
    begun = [f"'{word.beginning}':*{weight}"] if word.beginning else []
    return f"({' | '.join(exact + begun)})"
