"""Every cookie that the portal sets, over HTTPS: Secure, of this host alone, out of scripts' reach, SameSite."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from ideas import app as portal
from ideas.accounts.models import Person
from tests.accounts.test_sessions import sign_in
from tests.conftest import Browser
from tests.test_crawl import crawl
from tests.web.every_form import FORMS

ADDRESS = "https://portal.example"


@pytest.fixture
def cookies(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """What every Set-Cookie says meanwhile, by the cookie's name, of a portal that people reach over HTTPS."""
    settings = replace(app.extensions["settings"], portal_url=ADDRESS)
    monkeypatch.setitem(app.extensions, "settings", settings)
    for name, value in portal._flask_settings(settings).items():
        if name.startswith("SESSION_COOKIE_"):
            monkeypatch.setitem(app.config, name, value)
    seen: dict[str, set[str]] = {}
    send = Browser.open

    def noting(client: Browser, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", ADDRESS)
        answer = send(client, *args, **kwargs)
        for header in answer.headers.getlist("Set-Cookie"):
            name, _, said = header.partition("=")
            seen.setdefault(name, set()).update(part.strip().partition("=")[0] for part in said.split(";")[1:])
            assert "SameSite=Lax" in said, header
            assert "Path=/" in said.split("; "), header
        return answer

    monkeypatch.setattr(Browser, "open", noting)
    monkeypatch.setattr(Browser, "csrf_token", token_of_a_page)
    return seen


def token_of_a_page(client: Browser) -> str:
    """The token as pages give it: the test's own way to the session knows nothing of HTTPS."""
    page = client.get("/entrar").text + client.get("/perfil").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def as_promised(cookies: dict[str, set[str]]) -> None:
    for name, said in cookies.items():
        assert name.startswith("__Host-"), name
        assert said >= {"Secure", "HttpOnly", "Path", "SameSite"}, name
        assert "Domain" not in said, name


def test_v3_3_1_v3_3_2_v3_3_3_v3_3_4_every_cookie_is_secure_of_this_host_and_no_script_s(browser, cookies, ana: Person):
    mine = browser()
    mine.post("/preferencias", data={"lang": "es", "theme": "dark", "back": "/"}, csrf=False)
    mine.post("/preferencias", data={"theme": "auto", "back": "/"}, csrf=False)
    mine.post("/perfil", data={"name": "Ana"})
    assert sign_in(mine, "ana@exemplo.example", base_url=ADDRESS).status_code == 303
    crawl(mine)
    mine.post("/continuar/descartar")
    mine.post("/sair")
    assert set(cookies) == {"__Host-session", "__Host-device", "__Host-lang", "__Host-theme", "__Host-kept"}
    as_promised(cookies)


@pytest.mark.parametrize("there", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": ADDRESS}, {}])
def test_a_form_sent_over_https_needs_no_referer(browser, cookies, there: dict[str, str]) -> None:
    """Pages whose address is a secret tell it to nobody, and some browsers never tell."""
    filled = FORMS["resets.update"]()
    assert browser().post(filled.address, data=filled.fields(), headers=there).status_code == 303


@pytest.mark.parametrize("endpoint", ["first_access.create", "resets.update", "email_changes.update"])
def test_v3_3_1_v3_3_4_so_are_those_of_the_other_ways_in(browser, cookies, endpoint: str) -> None:
    filled = FORMS[endpoint]()
    assert browser().post(filled.address, data=filled.fields()).status_code == 303
    assert cookies
    as_promised(cookies)
