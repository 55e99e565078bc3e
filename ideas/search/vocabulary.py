"""In how many documents of a kind each term stands, and one way it is written there.

Kept exactly, in the transaction that indexes or removes. Rows are always touched in the order of
their terms, so that two transactions never wait for each other.
"""

# ruff: noqa: S608 - a kind is a name of the code's own, checked by engines.checked

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, TableClause, and_, column, func, or_, select, table, text

from ideas.statements import statement

_LONGEST_ENDING = 4
_LAST_CHARACTER = "\U0010ffff"

_Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term, a written form of it, and the number of documents that have it."""

    term: str
    word: str
    documents: int


def change(connection: Connection, kind: str, gained: dict[str, str], lost: Iterable[str]) -> None:
    """Count a document more for the gained terms (term → written form), and one less for the lost."""
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
    """The number of documents for each of these terms that any document has."""
    entries = _table(kind)
    rows = connection.execute(select(entries.c.term, entries.c.documents).where(entries.c.term.in_(sorted(set(terms)))))
    return {row.term: row.documents for row in rows}


def any_begins(connection: Connection, kind: str, beginning: str) -> bool:
    """Does a term of any document begin so?"""
    term = _table(kind).c.term
    return connection.scalar(select(term).where(_begins(term, beginning)).limit(1)) is not None


def near_from_first_letter(connection: Connection, kind: str, term: str, *, reach: int, most: int) -> list[Entry]:
    """Terms that may be this one misspelt after its first letter, the most frequent first.

    They are about as long, or shorter by an ending that a mistake kept the stemmer from taking off.
    """
    alike = func.substr(_table(kind).c.term, 1, 2) == term[:2]
    return _near(connection, kind, term, reach, most, _begins(_table(kind).c.term, term[:1]), alike.desc())


def near_in_the_middle(connection: Connection, kind: str, term: str, *, reach: int, most: int) -> list[Entry]:
    """Terms that may be this one misspelt in its first letters: its beginning, middle or end is in
    them. Reads all terms, so try the other first."""
    places = {0, (len(term) - 3) // 2, len(term) - 3}
    inside = [_table(kind).c.term.contains(term[max(place, 0) :][:3]) for place in places]
    return _near(connection, kind, term, reach, most, or_(*inside))


def _near(
    connection: Connection, kind: str, term: str, reach: int, most: int, where: _Condition, *first: _Condition
) -> list[Entry]:
    entries = _table(kind)
    length = func.length(entries.c.term).between(len(term) - reach - _LONGEST_ENDING, len(term) + reach)
    found = select(entries.c.term, entries.c.word, entries.c.documents).where(where, length)
    ranked = found.order_by(*first, entries.c.documents.desc(), entries.c.term).limit(most)
    return [Entry(*row) for row in connection.execute(ranked)]


def _begins(term: ColumnElement[str], beginning: str) -> _Condition:
    """As a range, which the primary key answers on both engines."""
    return and_(term >= beginning, term < beginning + _LAST_CHARACTER)


@statement
def _table(kind: str) -> TableClause:
    return table(f"{kind}_term", column("term"), column("word"), column("documents"))
