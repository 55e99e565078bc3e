"""Transactions of a request: on PostgreSQL a page reads without one, an operation runs in one."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from ideas.db import db
from tests import make
from tests.conftest import SERVER


@pytest.fixture
def begun(app: Flask) -> Iterator[list[bool]]:
    """For each transaction that the session begins: whether the driver makes none of it."""
    alone: list[bool] = []

    def note(connection: Connection) -> None:
        alone.append(bool(connection.connection.driver_connection.autocommit))

    event.listen(db.engine, "begin", note)
    yield alone
    event.remove(db.engine, "begin", note)


@pytest.mark.skipif(not SERVER, reason="SQLite begins by itself, ideas/db.py")
def test_on_postgresql_pages_read_without_a_transaction_and_operations_use_one(browser, bruno, ana, begun):
    idea = make.idea(author=ana)
    bruno_at_work = browser(bruno)
    assert bruno_at_work.get("/").status_code == 200
    read, begun[:] = begun[-1:], []
    assert bruno_at_work.post(f"/ideias/{idea.id}/voto").status_code == 303
    assert (read, set(begun)) == ([True], {False})


def test_what_was_not_committed_is_gone_after_pages_were_read(browser, bruno, ana):
    """The same connections serve readers and writers: no reader leaves one as it had it."""
    browser(bruno).get("/")
    make.idea("Que não fica", author=ana)
    db.session.rollback()
    assert "Que não fica" not in browser().get("/").text
