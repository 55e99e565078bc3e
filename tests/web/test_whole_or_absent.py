"""An operation is all or nothing: whichever write fails, nothing remains, and a retry completes it (ASVS 2.3.3)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from ideas import tables
from ideas.accounts import signing_in
from ideas.companies import accepting
from ideas.db import db
from tests import make
from tests.conftest import SERVER
from tests.web.every_form import FORMS
from tests.web.test_foreign_fields import WRITES

#: Rows written before the operation, which stay if it fails: attempts and their counts.
NOTED = {"sign_in", "invitation.tries"}
#: Of each kind one is tried every time; all of them with bin/test --slow.
ALWAYS = {"votes.create", "resets.update", "first_access.create"}
#: What the driver says of a full disk.
FULL: Exception = psycopg.errors.DiskFull("full") if SERVER else sqlite3.OperationalError("database or disk is full")
FULL.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[attr-defined]
NONE_WRITTEN = {"panel_people.find"}


@contextmanager
def failing_at(place: int) -> Iterator[list[str]]:
    """The write of that place fails, as on a full disk; gives those that were sent. -1 lets all be."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if WRITES.match(statement):
            sent.append(statement)
            if len(sent) == place:
                raise OperationalError(statement, {}, FULL)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def state() -> dict[str, list[str]]:
    """All that the database holds, but for what is noted beforehand."""
    db.session.rollback()
    held = {}
    for table in tables.metadata.sorted_tables:
        columns = [column for column in table.c if f"{table.name}.{column.name}" not in NOTED]
        if table.name not in NOTED:
            held[table.name] = sorted(map(repr, db.session.execute(select(*columns)).all()))
    db.session.rollback()
    return held


@pytest.mark.parametrize(
    "endpoint", [pytest.param(one, marks=() if one in ALWAYS else pytest.mark.slow) for one in sorted(FORMS)]
)
def test_v2_3_3_an_operation_is_all_or_nothing_whichever_write_fails(endpoint: str, browser, monkeypatch) -> None:
    # Each try counts.
    for limits, name in ((accepting, "MAX_ATTEMPTS"), (signing_in, "MAX_PER_KEY"), (signing_in, "MAX_PER_NETWORK")):
        monkeypatch.setattr(limits, name, 1000)
    filled = FORMS[endpoint]()
    mine = browser(make.person(filled.who) if filled.who else None)
    with mine.session_transaction() as session:
        cookie = dict(session)
    db.session.commit()
    before, place = state(), 0
    while True:
        place += 1
        with mine.session_transaction() as session:
            session.update(cookie)
        with failing_at(place) as sent:
            answer = mine.post(filled.address, data=filled.fields(), buffered=True)
        if len(sent) < place:
            break
        assert answer.status_code == 503, f"write {place}: {sent[-1]}"
        assert state() == before, f"write {place}: {sent[-1]}"
    assert answer.status_code in {200, 303}
    assert place > 1 or endpoint in NONE_WRITTEN
