"""Statements are built once, by one thread at a time, also when several ask for pages right after a start."""

import sys
import time
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from ideas import statements
from ideas.board import detail
from ideas.board.listing import similar
from ideas.db import db
from ideas.statements import Statement, statement
from tests import make

ROUNDS = 300
THREADS = 8


@pytest.fixture
def cold() -> Iterator[None]:
    """No statement is built yet, as after a restart."""
    _forget()
    yield
    _forget()


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def _forget() -> None:
    for one in statements.registered():
        one.clear()


@pytest.fixture
def unregistered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements of a test stay out of the registry."""
    monkeypatch.setattr(statements, "_statements", list(statements.registered()))


@pytest.mark.slow
@pytest.mark.usefixtures("cold", "frequent_switches")
def test_pages_are_answered_when_eight_threads_build_their_statements_at_once(
    browser, at_once, ana, bruno, carla, elisa, fabio
) -> None:
    idea = make.idea("Relatório de férias por setor", author=ana)
    make.idea("Relatório de férias por filial", author=bruno)
    make.comment(idea, author=bruno)
    clients = [browser(person) for person in (None, ana, bruno, carla, elisa, fabio, None, ana)]
    address = f"/ideias/{idea.id}-{idea.slug}"
    faults = []
    for turn in range(ROUNDS):
        _forget()
        similar._ids.cache_clear()
        page = (address, "/", address, "/?q=relatorio")[turn % 4]
        answers = at_once(THREADS, lambda place, page=page: FlaskClient.open(clients[place], page))
        faults += [(page, answer) for answer in answers if getattr(answer, "status_code", None) != 200]
    assert faults == []


@pytest.mark.usefixtures("unregistered")
def test_threads_that_ask_at_once_get_the_same_statement() -> None:
    barrier = Barrier(THREADS)
    built = []

    @statement
    def one() -> object:
        time.sleep(0.01)
        built.append(object())
        return built[-1]

    def ask() -> None:
        barrier.wait()
        got.append(one())

    got: list[object] = []
    threads = [Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert got == built * THREADS


@pytest.mark.usefixtures("unregistered")
def test_a_statement_is_built_once_for_each_combination_of_arguments() -> None:
    @statement(max_size=2)
    def one(moderator: bool, paged: int) -> object:
        return object()

    first, second = one(True, 1), one(False, 1)
    assert first is one(True, 1)
    assert first is not second
    one(True, 2)
    assert second is one(False, 1), "the oldest leaves first"
    assert first is not one(True, 1)


@pytest.mark.usefixtures("cold")
def test_warming_builds_statements_and_opens_no_connection(app: Flask) -> None:
    opened: list[object] = []

    def note(*_: object) -> None:
        opened.append(True)

    db.engine.dispose()
    event.listen(db.engine, "connect", note)
    event.listen(db.engine, "checkout", note)
    try:
        statements.warm(app)
    finally:
        event.remove(db.engine, "connect", note)
        event.remove(db.engine, "checkout", note)
    assert opened == []
    assert set(detail._detail._built) == {(True,), (False,)}
    assert [one.name for one in statements.registered() if () in one.each and () not in one._built] == []


def test_every_statement_with_known_arguments_can_be_warmed() -> None:
    assert [one.name for one in statements.registered() if not isinstance(one, Statement)] == []
    assert len([one for one in statements.registered() if one.each]) >= 15
