"""Search on SQLite: one FTS5 table per kind, which keeps its terms so that removing is exact.

The terms are ready-made, so the engine's tokenizer only splits at spaces: `ascii` takes every
character beyond ASCII as part of a term.
"""

# ruff: noqa: S608 - a kind is a name of the code's own, checked by engines.checked

from collections.abc import Sequence

from sqlalchemy import Connection, Float, Integer, Select, Text, select, text

from ideas.search.queries import Part, Sought, Way
from ideas.search.terms import Document


def create_statements(kind: str) -> list[str]:
    """The tables of a kind: the terms of each document, and in how many each term stands."""
    return [
        f"CREATE VIRTUAL TABLE {kind}_search USING fts5(title_terms, body_terms, title UNINDEXED, tokenize = 'ascii')",
        f"CREATE TABLE {kind}_term (term TEXT NOT NULL PRIMARY KEY, word TEXT NOT NULL,"
        " documents INTEGER NOT NULL) WITHOUT ROWID",
    ]


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """The terms a document was indexed with."""
    row = connection.execute(
        text(f"SELECT title_terms, body_terms FROM {kind}_search WHERE rowid = :id"), {"id": id}
    ).one_or_none()
    return set(" ".join(row).split()) if row else set()


def put(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Keep a document's terms, in place of those it had."""
    delete(connection, kind, id)
    connection.execute(
        text(
            f"INSERT INTO {kind}_search (rowid, title_terms, body_terms, title)"
            " VALUES (:id, :title_terms, :body_terms, :title)"
        ),
        {
            "id": id,
            "title_terms": " ".join(document.title_terms),
            "body_terms": " ".join(document.body_terms),
            "title": document.title,
        },
    )


def delete(connection: Connection, kind: str, id: int) -> None:
    """Forget a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE rowid = :id"), {"id": id})


def hits(kind: str, expression: str, most: int) -> Select[tuple[int, float, str]]:
    """(id, rank, title) of the newest documents that match; a higher rank is better."""
    # The engine walks its hits from the newest, so it ranks no more than it returns.
    found = text(
        f"SELECT rowid AS id, -bm25({kind}_search, 5.0, 1.0) AS rank, title FROM {kind}_search"
        f" WHERE {kind}_search MATCH :expression ORDER BY rowid DESC LIMIT :most"
    ).bindparams(expression=expression, most=most)
    rows = found.columns(id=Integer, rank=Float, title=Text).subquery()
    return select(rows.c.id, rows.c.rank, rows.c.title)


def all_of(parts: Sequence[Part]) -> str:
    """The engine's expression for documents that have every part."""
    return " AND ".join(map(_part, parts))


def any_in_title(parts: Sequence[Part]) -> str:
    """The engine's expression for documents with any of the parts in their title."""
    return f"title_terms : ({' OR '.join(map(_part, parts))})"


def _part(part: Part) -> str:
    return f"({' OR '.join(map(_way, part.ways))})"


def _way(way: Way) -> str:
    return f"({' AND '.join(map(_word, way))})"


def _word(word: Sought) -> str:
    exact = [f'"{term}"' for term in word.terms]
    begun = [f'"{word.beginning}" *'] if word.beginning else []
    return f"({' OR '.join(exact + begun)})"
