"""The database handle, the base class of models, constraint names, UTC times and query helpers."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Connection, DateTime, Dialect, Engine, Executable, MetaData, event, func
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

from ideas import sqlite
from ideas.modes import Mode, current_mode
from ideas.text import fold

#: The largest id that both databases accept.
LARGEST_ID = 2**31 - 1


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes in and out on both engines. Naive ones are rejected."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone was passed to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False):
    """The base class of every model. Relationships never load implicitly: declare them lazy="raise"."""

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
    """Run a statement that selects columns only, with these bind values, and return its rows.

    The connection does this at half the cost of `db.session.execute`, which is made for objects. Pending
    changes are flushed first.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values).all()


_ACCENTED = "áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ"


def prepare(engine: Engine) -> None:
    """Make the engine's transactions follow the mode (ideas/modes.py)."""
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    else:
        event.listen(engine, "begin", _begin_on_postgresql)


def is_unavailable(fault: OperationalError) -> bool:
    """Whether the database was busy or out of reach, so that a retry may succeed.

    The sqlite3 module also raises OperationalError for wrong statements ("no such column"); psycopg doesn't.
    """
    return sqlite.is_unavailable(fault.orig) if isinstance(fault.orig, sqlite3.Error) else True


def _begin_on_postgresql(connection: Connection) -> None:
    """Leave out the transaction in `Mode.READ`: at READ COMMITTED each statement sees the same rows without one.

    That saves two round trips and more: after a ROLLBACK the driver discards its prepared statements, and
    planning a page's statements again costs more than running them.
    """
    driver: Any = connection.connection.driver_connection
    driver.autocommit = current_mode() is Mode.READ


def folded(column: ColumnElement[str]) -> ColumnElement[str]:
    """The column's text without accents and in lower case, as `text.fold` makes the words searched for."""
    if db.engine.dialect.name == "sqlite":
        return func.folded(column)
    return func.lower(func.translate(column, _ACCENTED, fold(_ACCENTED)))
