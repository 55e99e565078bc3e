"""Many rows at once, past the session: a driver's own way on each engine, with only what the tables demand."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from ideas.search import postgres
from ideas.search.terms import Document


class Bulk:
    """An empty, migrated database that takes rows without asking about keys, triggers or a safe disk."""

    def __init__(self, engine: Engine) -> None:
        self._raw: Any = engine.raw_connection().driver_connection
        self._postgres = engine.dialect.name == "postgresql"
        if self._postgres:
            self._raw.autocommit = True
            self._do("SET session_replication_role = replica")
        else:
            # Autocommit; each batch below is a transaction of its own.
            for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000"):
                self._do(f"PRAGMA {pragma}")

    def rows(self, model: Any, rows: Iterable[dict[str, Any]]) -> None:
        """Insert rows of a model; what is not given has the model's own default."""
        blank = {column.name: column.default.arg if column.default is not None and column.default.is_scalar else None
                 for column in model.__table__.columns}  # fmt: skip
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        named = [name for name in blank if name in first or blank[name] is not None]
        self._insert(model.__tablename__, named, ((row.get(name, blank[name]) for name in named)
                                                   for row in _again(first, rows)))  # fmt: skip

    def documents(self, documents: Iterable[tuple[int, Document]]) -> None:
        """What the search of ideas knows."""
        if self._postgres:
            made = ((number, one.title, postgres.vector(one)) for number, one in documents)
            self._insert("idea_search", ["id", "title", "terms"], made)
            return
        made = ((number, " ".join(one.title_terms), " ".join(one.body_terms), one.title) for number, one in documents)
        self._insert("idea_search", ["rowid", "title_terms", "body_terms", "title"], made)

    def vocabulary(self, terms: Iterable[tuple[str, str, int]]) -> None:
        """In how many documents each term stands: (term, written form, documents)."""
        self._insert("idea_term", ["term", "word", "documents"], sorted(terms))

    def copy(self, model: Any, source: str, **columns: str) -> None:
        """Rows made from rows: `columns` are the model's columns and what of the source they hold."""
        names, values = ", ".join(columns), ", ".join(columns.values())
        self._do(f"INSERT INTO {model.__tablename__} ({names}) SELECT {values} FROM {source}")

    def one(self, question: str) -> Any:
        """The one value that a question gives."""
        return self._raw.execute(question).fetchone()[0]

    def settle(self) -> None:
        """Counts, numbers and statistics as after a life of single rows."""
        if self._postgres:
            self._do("INSERT INTO idea_tally SELECT product_id, coalesce(module_id, 0), coalesce(kind, ''), status_key,"
                     " count(*) FROM idea GROUP BY 1, 2, 3, 4")  # fmt: skip
            for table in ("person", "company", "membership", "product", "module", "release", "idea", "vote"):
                self._do(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            self._do("VACUUM ANALYZE")
        else:
            self._do("ANALYZE")
            self._do("PRAGMA wal_checkpoint(TRUNCATE)")
        self._raw.close()

    def _insert(self, table: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> None:
        if self._postgres:
            with self._raw.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(list(row))
            return
        places = ", ".join("?" * len(columns))
        self._do("BEGIN IMMEDIATE")
        self._raw.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",
            ([_plain(value) for value in row] for row in rows),
        )
        self._do("COMMIT")

    def _do(self, statement: str) -> None:
        self._raw.execute(statement)


def _plain(value: Any) -> Any:
    """As SQLAlchemy keeps it on SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def _again(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest
