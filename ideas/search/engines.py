"""Which engine serves a database, and the connection of whoever calls."""

import re
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, Subquery
from sqlalchemy.orm import Session, scoped_session

from ideas.search import postgres, sqlite
from ideas.search.expressions import Syntax
from ideas.search.terms import Document

#: What deeds and edges hold: a session, the application's `db.session`, a connection.
Database = Session | scoped_session[Session] | Connection


class Engine(Protocol):
    """What each engine's module does; see there."""

    SYNTAX: Syntax

    def stored_terms(self, connection: Connection, kind: str, id: int) -> set[str]: ...
    def put(self, connection: Connection, kind: str, id: int, document: Document) -> None: ...
    def delete(self, connection: Connection, kind: str, id: int) -> None: ...
    def found(self, kind: str) -> Subquery: ...
    def near(self, kind: str, often: Sequence[bool]) -> Subquery: ...


_ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgres}


def named(dialect: str) -> Engine:
    """The engine for a dialect's name."""
    return _ENGINES[dialect]


def of(database: Database) -> tuple[Engine, Connection]:
    """The engine of a database, and the connection of the transaction it is in."""
    connection = database if isinstance(database, Connection) else database.connection()
    return named(connection.dialect.name), connection


def checked(kind: str) -> str:
    """The kind, which becomes part of SQL. Raises ValueError for what no code would call one."""
    if not re.fullmatch("[a-z][a-z_]{0,30}", kind):
        raise ValueError(f"not a kind of document: {kind!r}")
    return kind
