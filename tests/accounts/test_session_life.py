"""How long a session lasts, what ends it, and what it costs per request."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ideas import clock, sqlite
from ideas.accounts import sanctions, sessions
from ideas.accounts.models import Person, Session, StaffRole
from ideas.companies import session_holders
from ideas.db import db
from tests.accounts.test_sessions import HOME, copy, is_in, sign_in
from tests.conftest import statements


@pytest.mark.parametrize(("who", "idle", "in_all"), [("ana", timedelta(days=7), timedelta(days=30)),
                                                     ("elisa", timedelta(hours=1), timedelta(hours=12))])  # fmt: skip
def test_a15_v7_3_1_v7_3_2_a_session_expires_without_use_and_in_total(
    browser, who: str, idle: timedelta, in_all: timedelta
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        idler, worker = browser(), browser()
        sign_in(idler, f"{who}@exemplo.example")
        sign_in(worker, f"{who}@exemplo.example")
        travel.shift(idle - timedelta(seconds=1))
        assert is_in(worker)
        travel.shift(1)
        assert not is_in(idler)
        assert is_in(worker)
        while clock.now() + idle / 2 < start + in_all:
            travel.shift(idle / 2)
            assert is_in(worker)
        travel.move_to(start + in_all)
        assert not is_in(worker)


def test_a15_v7_3_1_an_expired_session_stays_expired_if_the_clock_is_set_back(browser) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        mine, copied = browser(), browser()
        sign_in(mine, "ana@exemplo.example")
        copy(mine, copied)
        travel.move_to(start + timedelta(days=8))
        assert not is_in(mine)
        travel.move_to(start + timedelta(minutes=1))
        assert not is_in(mine)
        assert not is_in(copied)
        travel.move_to(start - timedelta(days=1))
        sign_in(mine, "ana@exemplo.example")
        assert is_in(mine)


def test_a15_becoming_staff_shortens_the_current_session(browser, ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        mine = browser(ana)
        travel.shift(timedelta(hours=2))
        assert is_in(mine)
        db.session.add(StaffRole(person_id=ana.id, role="operator"))
        travel.shift(timedelta(hours=2))
        assert not is_in(mine)


def test_last_used_at_is_updated_at_most_every_five_minutes(browser, ana: Person) -> None:
    def last_used() -> datetime:
        return db.session.scalars(select(Session.last_used_at)).one()

    with time_machine.travel(clock.now(), tick=False) as travel:
        mine, begun = browser(ana), clock.now()
        travel.shift(299)
        mine.get(HOME)
        assert last_used() == begun
        travel.shift(1)
        with statements() as sent:
            mine.get(HOME)
        assert [one.split()[0] for one in sent if not one.startswith(("SELECT", "SET"))] == ["UPDATE"]
        assert last_used() == clock.now()
        with statements() as sent:
            mine.get(HOME)
        assert all(one.startswith("SELECT") for one in sent)


def test_h15_a_page_is_shown_while_another_writer_locks_the_database(browser, monkeypatch, ana: Person) -> None:
    monkeypatch.setattr(sqlite, "WRITE_LOCK_TIMEOUT_SECONDS", 1)
    db.engine.dispose()
    with time_machine.travel(clock.now(), tick=False) as travel:
        mine = browser(ana)
        travel.shift(600)
        db.session.commit()
        with db.engine.connect() as other:
            other.exec_driver_sql("COMMIT")
            other.exec_driver_sql("BEGIN")
            other.exec_driver_sql("UPDATE session SET device = 'Outro'")
            answer = mine.get(HOME)
            other.rollback()
    assert answer.status_code == 200
    assert "/sair" in answer.text


def test_a14_v7_4_2_v8_3_2_operators_changes_take_effect_at_the_next_request(
    browser, ana: Person, elisa: Person
) -> None:
    mine, managers = browser(ana), browser(elisa)
    assert is_in(mine)
    sanctions.suspend(ana, until=None)
    assert is_in(mine), "a suspension does not end the session"
    ana.name = "Ana Nova"
    assert "Ana Nova" in mine.get(HOME).text
    ana.locked_at = clock.now()
    assert not is_in(mine)
    sessions.end_all(elisa)
    assert not is_in(managers)


def test_loading_the_requester_sends_one_statement(browser, ana: Person, davi: Person, elisa: Person) -> None:
    """Counted on the sign-in page, which redirects signed-in people and sends no other statement."""

    def cost(person: Person) -> int:
        opened = browser(person)
        with statements() as sent:
            assert opened.get("/entrar").status_code == 303
        return len(sent)

    assert (cost(ana), cost(elisa)) == (1, 1)
    assert cost(davi) == 2, "the second one loads the companies to choose from"


def test_h09_v16_5_2_v16_5_3_an_error_while_loading_the_requester_shows_the_error_page(
    browser, ana: Person, monkeypatch
) -> None:
    def gone(token: str) -> None:
        raise OperationalError("SELECT", {}, Exception("the server went away"))

    monkeypatch.setattr(session_holders, "find_holder", gone)
    answer = browser(ana).get(HOME)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Voltamos já" in answer.text
