"""What every answer says to the browser, refusals too: nothing of anyone's is kept, framed, sniffed or told on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from ideas import app as portal
from ideas.accounts.models import SignIn
from ideas.db import db
from ideas.web import headers
from tests import make
from tests.accounts.test_sessions import sign_in
from tests.operations.test_rights import addresses

#: The same for everybody, signed in or not.
PUBLIC = {"health.alive", "health.ready", "site.favicon", "site.robots", "feeds.index", "idea_feeds.show"}


@pytest.fixture(params=["", "ana", "iris"], ids=["visitor", "customer", "operator"])
def answers(request: pytest.FixtureRequest, app: Flask, browser) -> Iterator[Any]:
    """Responses of every address, including errors: (request, whether it must not be stored, response)."""
    client = browser(make.person(request.param) if request.param else None)
    requests = [one for one in addresses(app) if "/sair" not in one[2]]
    requests += [("", "GET", "/nada/disso"), ("", "DELETE", "/"), ("", "POST", "/entrar"), ("", "GET", "/ideias/1-%zz")]

    def responses() -> Iterator[Any]:
        for endpoint, method, address in requests:
            is_personal = bool(request.param and endpoint and method == "GET" and endpoint not in PUBLIC)
            yield f"{method} {address}", is_personal, client.open(address, method=method, buffered=True)

    return responses()


def test_v3_4_3_v3_4_4_v3_4_5_v3_4_6_v3_4_8_v14_3_2_b17_every_response_has_security_headers(answers) -> None:
    for asked, is_personal, answer in answers:
        said = answer.headers
        policy = said["Content-Security-Policy"]
        assert "default-src 'none'" in policy, asked
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy, asked
        assert "unsafe" not in policy, asked
        assert said["X-Content-Type-Options"] == "nosniff", asked
        assert said["Referrer-Policy"] in {"strict-origin-when-cross-origin", "strict-origin"}, asked
        assert said["Cross-Origin-Opener-Policy"] == "same-origin", asked
        # What is made for one reader is in no cache, and a cache knows by what pages differ.
        assert {"no-store", "private"} & set(said["Cache-Control"].replace(" ", "").split(",")), asked
        assert said["Cache-Control"] == "no-store" or not is_personal, asked
        assert "Cookie" in said["Vary"], asked


def test_v3_4_1_over_https_browsers_are_told_to_stay_there_for_a_year(app: Flask) -> None:
    settings = replace(app.extensions["settings"], portal_url="https://portal.example")
    assert headers._policy(settings).headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(("hops", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_v4_1_3_v15_3_4_only_so_many_proxies_are_believed(app, browser, monkeypatch, hops: int, counted: str) -> None:
    """The last address is the one our own proxy saw; what stands before it, anybody may have written."""
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app)
    portal._believe_proxies(app, hops)
    sign_in(
        browser(), "ana@exemplo.example", "errada", headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.7, 203.0.113.9"}
    )
    assert db.session.query(SignIn.network).one() == (counted,)


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        ("203.0.113.1:50001", "203.0.113.1"),
        ("[::1]:80", "0000:0000:0000:0000::/64"),
        ("unknown", "127.0.0.1"),
        ("_hidden", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_with_a_port_is_read_and_anything_else_is_the_proxys_own(
    app, browser, monkeypatch, forwarded: str, counted: str
) -> None:
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app)
    portal._believe_proxies(app, 1)
    sign_in(browser(), "ana@exemplo.example", "errada", headers={"X-Forwarded-For": forwarded})
    assert db.session.query(SignIn.network).one() == (counted,)
