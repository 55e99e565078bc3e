"""The number of documents that have each term, and one written form of it.

The transaction that indexes or removes a document updates the counts. Rows are locked in the order of their terms, so
that two transactions never deadlock.
"""

# ruff: noqa: S608 - engines.validated checks the kind

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, TableClause, and_, column, func, or_, select, table, text

from ideas.statements import statement

_MAX_ENDING_LENGTH = 4
_LAST_CHARACTER = "\U0010ffff"

_Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class VocabularyEntry:
    """A term, a written form of it, and the number of documents that have it."""

    term: str
    word: str
    documents: int


def update_counts(connection: Connection, kind: str, gained: dict[str, str], lost: Iterable[str]) -> None:
    """Add one document to the gained terms (term → written form), and subtract one from the lost terms."""
    lost = set(lost)
    rows: list[dict[str, Any]] = [{"term": term, "word": word, "more": 1} for term, word in gained.items()]
    rows += [{"term": term, "word": "", "more": -1} for term in lost]
    if not rows:
        return
    connection.execute(
        text(
            f"INSERT INTO {kind}_term (term, word, documents) VALUES (:term, :word, :more)"
            f" ON CONFLICT (term) DO UPDATE SET documents = {kind}_term.documents + excluded.documents"
        ),
        sorted(rows, key=lambda row: str(row["term"])),
    )
    if lost:
        gone = text(f"DELETE FROM {kind}_term WHERE term = :term AND documents <= 0")
        connection.execute(gone, [{"term": term} for term in sorted(lost)])


def frequencies(connection: Connection, kind: str, terms: Iterable[str]) -> dict[str, int]:
    """Return the number of documents per term, for the terms that any document has."""
    entries = _table(kind)
    rows = connection.execute(select(entries.c.term, entries.c.documents).where(entries.c.term.in_(sorted(set(terms)))))
    return {row.term: row.documents for row in rows}


def has_prefix(connection: Connection, kind: str, prefix: str) -> bool:
    """Return whether any document has a term that starts with this prefix."""
    term = _table(kind).c.term
    return connection.scalar(select(term).where(_starts_with(term, prefix)).limit(1)) is not None


def similar_by_first_letter(
    connection: Connection, kind: str, term: str, *, max_distance: int, limit: int
) -> list[VocabularyEntry]:
    """Return terms that may be this one misspelt after its first letter, the most frequent first.

    They are about as long, or shorter by an ending that the stemmer did not remove because of the mistake.
    """
    same_start = func.substr(_table(kind).c.term, 1, 2) == term[:2]
    return _similar(
        connection, kind, term, max_distance, limit, _starts_with(_table(kind).c.term, term[:1]), same_start.desc()
    )


def similar_by_middle(
    connection: Connection, kind: str, term: str, *, max_distance: int, limit: int
) -> list[VocabularyEntry]:
    """Return terms that contain this term's start, middle or end: it may be misspelt in its first letters.

    Reads all terms, so try `similar_by_first_letter` first.
    """
    offsets = {0, (len(term) - 3) // 2, len(term) - 3}
    inside = [_table(kind).c.term.contains(term[max(offset, 0) :][:3]) for offset in offsets]
    return _similar(connection, kind, term, max_distance, limit, or_(*inside))


def _similar(
    connection: Connection,
    kind: str,
    term: str,
    max_distance: int,
    limit: int,
    condition: _Condition,
    *order: _Condition,
) -> list[VocabularyEntry]:
    entries = _table(kind)
    length = func.length(entries.c.term).between(
        len(term) - max_distance - _MAX_ENDING_LENGTH, len(term) + max_distance
    )
    found = select(entries.c.term, entries.c.word, entries.c.documents).where(condition, length)
    ranked = found.order_by(*order, entries.c.documents.desc(), entries.c.term).limit(limit)
    return [VocabularyEntry(row.term, row.word, row.documents) for row in connection.execute(ranked)]


def _starts_with(term: ColumnElement[str], prefix: str) -> _Condition:
    """Return the prefix condition as a range, which the primary key's index serves on both engines."""
    return and_(term >= prefix, term < prefix + _LAST_CHARACTER)


@statement
def _table(kind: str) -> TableClause:
    return table(f"{kind}_term", column("term"), column("word"), column("documents"))
