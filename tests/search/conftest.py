"""A fresh database with one searchable kind, "idea", on each engine; no application around it."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from ideas import db, search

SERVER = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://root@127.0.0.1/")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a database of our own on the local server, dropped in the end."""
    name = f"test_search_{os.getpid()}"
    server = create_engine(f"{SERVER}postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        server.dispose()
        pytest.skip("no PostgreSQL server at 127.0.0.1")
    yield f"{SERVER}{name}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path) -> Iterator[Engine]:
    """An engine whose database has the tables of the kind "idea", and nothing in them."""
    sqlite = request.param == "sqlite"
    engine = create_engine(f"sqlite:///{tmp_path}/search.db" if sqlite else request.getfixturevalue("postgres_server"))
    db.prepare(engine)
    _execute(engine, search.create_statements("idea", engine.dialect.name))
    yield engine
    _execute(engine, search.drop_statements("idea"))
    engine.dispose()


@pytest.fixture
def database(engine) -> Iterator[Connection]:
    """A connection in a transaction."""
    with engine.connect() as connection:
        yield connection


def _execute(engine: Engine, statements: list[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
