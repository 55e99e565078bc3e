"""The search engine of a database, and the caller's connection."""

import re
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, Subquery
from sqlalchemy.orm import Session, scoped_session

from ideas.search import postgres, sqlite
from ideas.search.expressions import Syntax
from ideas.search.terms import Document

#: What callers pass: a session, the application's `db.session` or a connection.
Database = Session | scoped_session[Session] | Connection


class Engine(Protocol):
    """The functions of an engine's module (`sqlite`, `postgres`)."""

    SYNTAX: Syntax

    def stored_terms(self, connection: Connection, kind: str, id: int) -> set[str]: ...
    def upsert(self, connection: Connection, kind: str, id: int, document: Document) -> None: ...
    def delete(self, connection: Connection, kind: str, id: int) -> None: ...
    def matching(self, kind: str) -> Subquery: ...
    def sharing_terms(self, kind: str, frequent: Sequence[bool]) -> Subquery: ...


_ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgres}


def engine_for(dialect: str) -> Engine:
    """Return the engine of a SQLAlchemy dialect."""
    return _ENGINES[dialect]


def resolve(database: Database) -> tuple[Engine, Connection]:
    """Return the engine of a database, and the connection of its current transaction."""
    connection = database if isinstance(database, Connection) else database.connection()
    return engine_for(connection.dialect.name), connection


def validated(kind: str) -> str:
    """Return the kind, which becomes part of SQL. Raises ValueError if it is not an identifier."""
    if not re.fullmatch("[a-z][a-z_]{0,30}", kind):
        raise ValueError(f"not a kind of document: {kind!r}")
    return kind
