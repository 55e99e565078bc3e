"""Every form, sent with every column of every table besides: the same is written, to the last value (A11, B14)."""

import os
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import time_machine
from sqlalchemy import Column, event, text

from ideas import clock, tables
from ideas.db import db
from ideas.files import storing
from ideas.web.forms import Form
from tests import make
from tests.conftest import SERVER
from tests.web.every_form import FORMS, Filled

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT INTO|UPDATE|DELETE FROM))\b", re.DOTALL)
#: A multipart form has at most 200 parts.
AT_ONCE = 150
#: Values that the column of a name takes; of any other, one of its kind.
TAKEN = {"status_key": "delivered", "state_key": "closed", "role": "operator", "importance": "critical"}
KINDS = {"int": "2", "bool": "1", "datetime": "2001-01-01T00:00:00+00:00", "date": "2001-01-01"}
#: What a stranger would hope for beside the columns.
HOPED_FOR = {"is_admin": "1", "is_staff": "1", "user_id": "2", "_user_id": "x", "status": "delivered", "confirm": "1"}


#: One looks for a person, the other asks for a job: the engine's own tables are not looked at.
WRITE_NOTHING = {"panel_people.find", "overdue_events.retry_event"}


class Done(NamedTuple):
    """What came of a form: the answer, and every statement that wrote, with its values."""

    status: int
    location: str | None
    written: list[tuple[str, str]]


def foreign(own: set[str]) -> dict[str, str]:
    """A value for every column's name, but for the fields that the form has."""

    def value(column: Column[Any]) -> str:
        return TAKEN.get(column.name) or KINDS.get(column.type.python_type.__name__, "x")

    columns = [column for table in tables.metadata.sorted_tables for column in table.c]
    values = {column.name: value(column) for column in columns} | HOPED_FOR
    return {name: value for name, value in values.items() if name not in own}


@pytest.fixture(autouse=True)
def same_dice(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """Every token and salt repeats once the random generator is seeded again."""
    dice = random.Random()  # noqa: S311 - to be the same again is the point
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: f"{dice.getrandbits(size * 8):x}")
    monkeypatch.setattr(secrets, "token_hex", lambda size: f"{dice.getrandbits(size * 8):0{size * 2}x}")
    monkeypatch.setattr(secrets, "randbelow", dice.randrange)
    monkeypatch.setattr(os, "urandom", dice.randbytes)
    return dice


@contextmanager
def taken_back() -> Iterator[list[tuple[str, str]]]:
    """What is done inside is written and taken back: what was written, statement by statement.

    Commits only send what waits, and the request's end rolls everything back.
    """
    written: list[tuple[str, str]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        if WRITES.match(statement) and "workflow" not in statement:
            written.append((statement, plain(values)))

    def send() -> None:
        db.session.flush()
        db.session.expire_all()

    places = "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
    before = db.session.execute(text(places)).all() if SERVER else []
    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(db.session, "commit", send)
            # Bytes are not taken back.
            patch.setattr(storing, "write_bytes", lambda _: secrets.token_hex(20))
            yield written
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        for name, last in before:
            # A sequence is not taken back: the next form gets the same numbers all the same.
            db.session.execute(text("SELECT setval(:name, :last, :used)"),
                               {"name": name, "last": last or 1, "used": last is not None})  # fmt: skip
        db.session.commit()


def plain(values: Any) -> str:
    """A statement's values in words; the driver's wrapper of JSON shows only its beginning."""
    if isinstance(values, dict):
        return str({name: plain(value) for name, value in values.items()})
    if isinstance(values, list | tuple):
        return str([plain(value) for value in values])
    return repr(getattr(values, "obj", values))


def sent(browser: Any, cookie: dict[str, Any], filled: Filled, dice: random.Random, **more: str) -> Done:
    """The form, sent and taken back, from the same moment by the same session, with the same dice, each time."""
    client = browser()
    with client.session_transaction() as session:
        session.update(cookie)
    token = client.csrf_token()
    dice.seed(1)
    with taken_back() as written:
        answer = client.post(filled.address, data={**more, **filled.fields(), "csrf_token": token}, buffered=True)
    return Done(answer.status_code, answer.location, written)


@pytest.mark.parametrize("endpoint", sorted(FORMS))
def test_a11_b14_v8_2_3_v15_3_3_only_a_forms_own_fields_are_written(endpoint, browser, same_dice, monkeypatch) -> None:
    own: set[str] = set()
    make_form = Form.__init__

    def noting(form: Form, *typed: Any, **known: Any) -> None:
        make_form(form, *typed, **known)
        own.update(field.name for field in form)

    monkeypatch.setattr(Form, "__init__", noting)
    with time_machine.travel(clock.now(), tick=False):
        filled = FORMS[endpoint]()
        with browser(make.person(filled.who) if filled.who else None).session_transaction() as session:
            cookie = dict(session)
        usual = sent(browser, cookie, filled, same_dice)
        assert usual.status in {200, 303}, "the form as it is filled in is done"
        assert usual.written or endpoint in WRITE_NOTHING
        others = list(foreign(own | set(filled.data)).items())
        whole = len(others) if not any(isinstance(value, tuple) for value in filled.data.values()) else AT_ONCE
        for start in range(0, len(others), whole):
            assert sent(browser, cookie, filled, same_dice, **dict(others[start : start + whole])) == usual
