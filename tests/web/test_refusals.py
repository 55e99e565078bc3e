"""When something is wrong, the page says so in our words, and nothing of the inside shows."""

import sqlite3

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from ideas.accounts.models import Person
from ideas.db import db
from ideas.web import health
from tests import make
from tests.conftest import HTMX, SERVER

#: What a stack trace, a driver or a framework would say.
INSIDE = ("Traceback", "sqlalchemy", "sqlite", "psycopg", "SELECT", "werkzeug", "Werkzeug", ".py", "secreto", "flask")
FAULTS = [
    (RuntimeError("secreto: /home/x/app.py"), 500, "Algo falhou do nosso lado"),
    (MemoryError("secreto"), 500, "Algo falhou do nosso lado"),
    (RecursionError("secreto"), 500, "Algo falhou do nosso lado"),
    (OperationalError("SELECT secreto", {}, Exception("sqlite3 psycopg")), 503, "Voltamos já"),
    (IntegrityError("SELECT secreto", {}, Exception("UNIQUE constraint failed")), 409, "Não foi possível agora"),
]


@pytest.mark.parametrize(("fault", "status", "title"), FAULTS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("asked", [{}, HTMX], ids=["page", "htmx"])
def test_v16_5_1_v16_5_4_v13_4_2_whatever_fails_is_answered_in_our_words(
    app: Flask, browser, events, monkeypatch, ana: Person, fault, status, title, asked
) -> None:
    def failing(**_: object) -> None:
        raise fault

    monkeypatch.setitem(app.view_functions, "profile.edit", failing)
    answer = browser(ana).get("/perfil", headers=asked)
    assert answer.status_code == status
    assert asked or title in answer.text
    assert [word for word in INSIDE if word in answer.text] == []
    assert [word for word in INSIDE if word in str(answer.headers)] == []
    assert [one for one in events if one["log_level"] in {"warning", "error"}], "somebody is to know"


def test_a_wrong_statement_is_answered_500_and_not_as_a_busy_database(app: Flask, browser, monkeypatch) -> None:
    monkeypatch.setitem(app.view_functions, "ideas.index", lambda: db.session.execute(text("SELECT no_such_column")))
    answer = browser().get("/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (500, None)


@pytest.mark.skipif(bool(SERVER), reason="SQLite's error codes")
@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT])
def test_a_locked_database_is_answered_503(app: Flask, browser, monkeypatch, code: int) -> None:
    def locked(**_: object) -> None:
        fault = sqlite3.OperationalError("database is locked")
        fault.sqlite_errorcode = code
        raise OperationalError("SELECT", {}, fault)

    monkeypatch.setitem(app.view_functions, "ideas.index", locked)
    answer = browser().get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.skipif(not SERVER, reason="PostgreSQL's error classes")
@pytest.mark.parametrize("kind", [psycopg.errors.LockNotAvailable, psycopg.errors.SerializationFailure,
                                  psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled])  # fmt: skip
def test_a_conflict_on_postgresql_is_answered_503(app: Flask, browser, monkeypatch, kind: type[Exception]) -> None:
    def conflicting(**_: object) -> None:
        raise OperationalError("SELECT", {}, kind("busy"))

    monkeypatch.setitem(app.view_functions, "ideas.index", conflicting)
    assert browser().get("/").status_code == 503


def test_v16_5_4_the_request_after_a_fault_is_answered(app: Flask, browser, monkeypatch, ana: Person) -> None:
    mine = browser(ana)
    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "profile.edit", lambda: 1 / 0)
        assert mine.get("/perfil").status_code == 500
    assert mine.get("/perfil").status_code == 200


def test_v16_5_2_without_its_database_the_portal_says_so_and_is_not_ready(browser, monkeypatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(health.db.session, "execute", gone)
    answer = browser().get("/saude/pronta")
    assert (answer.status_code, answer.json) == (503, {"status": "database unavailable"})
    assert browser().get("/saude/viva").status_code == 200


WANTED = ["/.git/HEAD", "/.git/config", "/.env", "/portal.env", "/instance/portal.db", "/wsgi.py", "/console",
          "/debug", "/admin", "/phpinfo.php", "/server-status", "/.svn/entries", "/backup.sql", "/config.py",
          "/assets/../wsgi.py", "/assets/%2e%2e/wsgi.py", "/assets/..%2fportal.db", "/assets//etc/passwd",
          "/static/../ideas/config.py", "/docs/rights.md", "/requirements.txt", "/swagger.json", "/metrics"]  # fmt: skip


@pytest.mark.parametrize("address", WANTED)
def test_v13_4_1_nothing_of_the_portals_own_files_is_served(browser, address: str) -> None:
    assert browser().get(address).status_code == 404


def test_v13_4_2_nothing_of_debugging_is_on(app: Flask, browser) -> None:
    assert not app.debug
    answer = browser().get("/?__debugger__=yes&cmd=resource&f=debugger.js")
    assert "Server" not in answer.headers
    assert answer.mimetype == "text/html", "not the debugger's script"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "DEBUG"])
def test_c16_no_other_method_does_anything(browser, ana: Person, method: str) -> None:
    idea = make.idea()
    mine = browser(ana)
    for address in ("/", "/perfil", f"/ideias/{idea.id}/voto", f"/ideias/{idea.id}"):
        assert mine.open(address, method=method).status_code == 405, address


@pytest.mark.parametrize("way", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method", "method"])
def test_c16_nor_does_one_dressed_as_another(browser, bruno: Person, way: str) -> None:
    idea = make.idea()
    mine, address = browser(bruno), f"/ideias/{idea.id}/voto"
    assert mine.get(address, headers={way: "POST"}).status_code == 405
    assert mine.get(address, query_string={way: "POST"}).status_code == 405
    assert mine.post("/perfil", data={way: "GET"}, headers={way: "GET"}).status_code == 422
    assert idea.people_count == 0


def test_c16_head_and_options_tell_what_get_may_and_change_nothing(browser, bruno: Person) -> None:
    idea = make.idea()
    mine = browser(bruno)
    assert mine.head(f"/ideias/{idea.id}-{idea.slug}").data == b""
    answer = mine.open(f"/ideias/{idea.id}/voto", method="OPTIONS")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (200, {"OPTIONS", "POST"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert idea.people_count == 0
