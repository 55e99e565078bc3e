"""The log output: who did what and when, one line per event, without secrets."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import delete

from ideas import logs
from ideas.accounts import documents
from ideas.accounts.models import Person, ProductManager
from ideas.db import db
from tests import make
from tests.accounts.test_sessions import sign_in
from tests.cast import CPFS, PASSWORD
from tests.fake_transport import FakeTransport, link_in

NEW = "uma frase nova e comprida"


@pytest.fixture
def written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """`written()` returns the lines logged so far, formatted as in production."""
    original, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    settings = replace(app.extensions["settings"], portal_env="production", log_level="info")
    error = StringIO()
    monkeypatch.setattr(sys, "stderr", error)
    logs.configure(settings, mask=documents.mask_cpfs)
    yield lambda: error.getvalue().splitlines()
    structlog.configure(**original)
    root.handlers, root.level = handlers, level


def read(lines: list[str]) -> list[dict[str, Any]]:
    """Parse each line as a JSON document."""
    return [json.loads(line) for line in lines]


def test_v16_2_1_a_line_has_event_level_time_person_and_request_id(browser, written, ana: Person) -> None:
    browser(ana).get("/perfil", headers={"X-Request-Id": "abcdef-0123456789"})
    (line,) = read(written())
    assert (line["event"], line["level"], line["endpoint"]) == ("portal:request:answered", "info", "profile.edit")
    assert (line["request_id"], line["person"]) == ("abcdef-0123456789", ana.id)
    assert line["timestamp"].endswith("Z")


def test_text_with_line_breaks_stays_within_its_line(written) -> None:
    text = "a\r\nb\u2028=?utf-8?q?=0d=0a?= \x1b[31m"
    structlog.get_logger().warning("portal:request:denied", endpoint=text)
    logging.getLogger("library").warning("%s", text)
    first, second = read(written())
    assert (first["endpoint"], second["event"]) == (text, text)


def test_v16_2_5_v14_2_1_no_password_token_or_cpf_is_logged(browser, written, transport: FakeTransport) -> None:
    sign_in(browser(), CPFS["ana"], "senha errada")
    mine = browser()
    sign_in(mine, CPFS["ana"])
    browser().post("/esqueci-minha-senha", data={"key": CPFS["bruno"]})
    (mail,) = transport.deliver()
    link = link_in(mail)
    browser().get(link)
    browser().post(link, data={"password": NEW})
    browser().get(link)
    mine.get("/", query_string={"q": CPFS["ana"]})
    mine.post("/perfil/senha", data={"current_password": PASSWORD, "password": NEW})
    browser().get("/confirmar-email/um-segredo")
    with mine.session_transaction() as session:
        token = session["_user_id"]
    lines = "\n".join(written())
    assert "accounts:password:reset" in lines
    secrets = [PASSWORD, "senha errada", NEW, link.rpartition("/")[2], token, "um-segredo", *CPFS.values()]
    secrets += [cpf.replace(".", "").replace("-", "") for cpf in CPFS.values()]
    assert [secret for secret in secrets if secret in lines] == []


def test_v16_2_5_a_cpf_in_a_value_is_masked(written) -> None:
    structlog.get_logger().warning("portal:test:slipped", typed=f"o CPF {CPFS['ana']} da Ana")
    (line,) = read(written())
    assert line["typed"] == "o CPF ***.982.247-** da Ana"


@pytest.mark.parametrize("typed", ['a\n{"event": "accounts:person:signed_in"}', "a\r\nb", "a\x1b[2Jb", "\u2028b\x00"])
def test_v16_4_1_user_input_cannot_add_a_log_line(browser, written, typed: str) -> None:
    structlog.get_logger().warning("portal:test:typed", typed=typed)
    browser().post(
        "/entrar",
        data={"key": typed, "password": "x"},
        headers={"X-Request-Id": typed.replace("\0", "")[:1] + "%0aforged"},
    )
    lines = written()
    assert [event["event"] for event in read(lines)] == [
        "portal:test:typed",
        "accounts:person:sign_in_refused",
        "portal:request:answered",
    ]
    assert not {"\x1b", "\x00", "\r"} & set("".join(lines))


DENIED = [("ana", "/painel"), ("carla", "/moderacao"), ("elisa", "/painel/pessoas"), ("iris", "/triagem"),
          ("joao", "/empresa/pessoas")]  # fmt: skip


@pytest.mark.parametrize(("who", "address"), DENIED)
def test_v16_3_2_a_forbidden_page_is_logged_with_the_person(browser, events, who: str, address: str) -> None:
    person = make.person(who)
    assert browser(person).get(address).status_code == 403
    (denied,) = [one for one in events if one["event"] == "portal:request:denied"]
    assert (denied["person"], denied["method"], denied["log_level"]) == (person.id, "GET", "warning")
    assert denied["endpoint"]


def test_v16_3_2_a_refused_operation_is_logged(browser, events, elisa: Person) -> None:
    """The route is allowed, but the operation refuses."""
    idea = make.idea(product="rh")
    manager = browser(elisa)
    db.session.execute(delete(ProductManager).where(ProductManager.product_id == idea.product_id))
    assert manager.post(f"/ideias/{idea.id}/resposta").status_code == 403
    assert ("portal:person:refused", "NotAllowed") in [(one["event"], one.get("refusal")) for one in events]


def test_v16_3_3_attempts_to_bypass_controls_are_logged(browser, events, ana: Person) -> None:
    mine = browser(ana)
    mine.post("/perfil", headers={"Sec-Fetch-Site": "cross-site"})
    mine.post("/perfil", headers={"Origin": "https://x.example"})
    mine.post("/perfil", csrf=False)
    mine.post("/perfil", data={"name": "Ana", "role": "operator"})
    browser().get("/esqueci-minha-senha/um-link-inventado")
    logged = [one["event"] for one in events if one["event"] != "portal:request:answered"]
    assert logged == [
        "portal:request:cross_site",
        "portal:request:cross_site",
        "portal:request:csrf_refused",
        "portal:request:foreign_fields",
        "accounts:link:refused",
    ]
