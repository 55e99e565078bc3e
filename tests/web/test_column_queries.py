"""Pages read columns with `db.rows`: `session.execute` is made for objects and takes twice the time."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from tests import make


@pytest.fixture
def column_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the session ran although they select columns only."""
    seen: list[str] = []

    def note(state: ORMExecuteState) -> None:
        if state.is_select:
            described = getattr(state.statement, "column_descriptions", ())
            if described and not any(one["expr"] is one["entity"] for one in described):
                seen.append(str(state.statement))

    event.listen(Session, "do_orm_execute", note)
    yield seen
    event.remove(Session, "do_orm_execute", note)


def test_a_visitors_pages_read_columns_through_rows(browser, column_queries, ana) -> None:
    idea = make.idea("Relatório de férias", author=ana)
    visitor = browser()
    column_queries.clear()
    for address in (f"/ideias/{idea.id}-{idea.slug}", "/", "/?q=relatorio", "/roteiro"):
        visitor.get(address)
        assert column_queries == [], address


def test_an_idea_and_the_notifications_read_columns_through_rows(browser, column_queries, ana) -> None:
    idea = make.idea("Relatório de férias", author=ana)
    make.comment(idea, author=ana)
    client = browser(ana)
    column_queries.clear()
    for address in (f"/ideias/{idea.id}-{idea.slug}", "/notificacoes"):
        client.get(address)
        assert column_queries == [], address
