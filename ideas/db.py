"""The database handle, the typed Base, constraint names, UTC times, begin-for-writing.

SQLite runs in WAL with synchronous=FULL (NORMAL loses acknowledged votes on a power cut). A
transaction that will write begins IMMEDIATE: a deferred one that reads first fails at once when
another writer came between. `writing()` marks the code that writes; edges use it. Within a
process writers also queue on a lock of ours: SQLite's own waiting is unfair, and under load it
starves one thread until its patience ends.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Connection, DateTime, Dialect, Engine, Executable, MetaData, event, func
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

from ideas.text import fold

#: The largest id that both databases can be asked for.
LARGEST_ID = 2**31 - 1


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC moments in and out on both engines; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False):
    """The parent of every table's class. Relationships never load by themselves: say lazy="raise"."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's own declaration


db = SQLAlchemy(metadata=Base.metadata)


def rows(statement: Executable, **values: Any) -> Sequence[Any]:
    """The rows of a statement that asks for columns alone, with those values at its places.

    As `db.session.execute` gives them, for half its cost: the session's own way is made for objects.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values).all()


_ACCENTED = "áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ"

#: Seconds that a writer waits for its turn.
PATIENCE = 10
_TURN = "has the writer's turn"
#: Milliseconds that one asking for the writer's place waits inside SQLite.
_ASKING = 5

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_alone: ContextVar[bool] = ContextVar("alone", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take the writer's place at once instead of failing later."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def prepare(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its explicit BEGIN, PostgreSQL's reading requests none at all."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "begin", _begin_on_postgresql)
        return
    turn = threading.Lock()

    def begin(connection: Connection) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        connection.info[_TURN] = turn.acquire(timeout=PATIENCE)
        try:
            _take_the_writers_place(connection)
        except BaseException:
            end(connection)
            raise

    def end(connection: Connection) -> None:
        if connection.info.pop(_TURN, False):
            turn.release()

    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", begin)
    event.listen(engine, "rollback", end)
    # The engine tells of a commit before it happens; the next writer then waits in SQLite, briefly.
    event.listen(engine, "commit", end)


def _begin_on_postgresql(connection: Connection) -> None:
    """Outside a transaction each statement sees what is committed, as inside one (READ COMMITTED).

    Two journeys are spared, and more: after a ROLLBACK the driver forgets what the server has prepared, and
    planning a page's statements anew costs more than running them.
    """
    driver: Any = connection.connection.driver_connection
    driver.autocommit = _alone.get() and not _writing.get()


def _take_the_writers_place(connection: Connection) -> None:
    """BEGIN IMMEDIATE, asked for again and again. Raises OperationalError when PATIENCE ends.

    SQLite's own waiting sleeps longer the longer it has waited, up to 100 ms: among several
    processes whoever came last is served first, and one may starve. Asking anew gives all the same chance.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + PATIENCE
    driver.execute(f"PRAGMA busy_timeout={_ASKING}")
    try:
        while not _begins(driver):
            if time.monotonic() > until:
                # Once more, in the words of SQLAlchemy's errors.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311 - not a secret
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")


def _begins(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _set_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000}",
                   "cache_size=-20000", "mmap_size=268435456"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("folded", 1, fold, deterministic=True)


def folded(column: ColumnElement[str]) -> ColumnElement[str]:
    """The text of a column without accents and capitals, as `text.fold` makes what is looked for in it."""
    if db.engine.dialect.name == "sqlite":
        return func.folded(column)
    return func.lower(func.translate(column, _ACCENTED, fold(_ACCENTED)))


def begin_for_writing(will_write: bool) -> None:
    """Say at the start of a request whether its transactions will write."""
    _writing.set(will_write)


def read_alone(alone: bool) -> None:
    """Say whether what is read from now on needs no transaction around it."""
    _alone.set(alone)


def read_in_chunks() -> None:
    """Begin anew, in a transaction: PostgreSQL gives rows in chunks only inside of one."""
    db.session.rollback()
    read_alone(False)
