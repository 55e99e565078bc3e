"""The host and the origin that a request names."""

from dataclasses import replace

import pytest
from flask import Flask

from ideas.web import gate


def settings(app: Flask, env: str, url: str):
    return replace(app.extensions["settings"], portal_env=env, portal_url=url)


@pytest.mark.parametrize(
    ("url", "host", "expected"),
    [
        ("https://portal.example", "portal.example", True),
        ("https://portal.example", "PORTAL.example:443", True),
        ("https://portal.example", "portal.example:8443", False),
        ("https://portal.example:8443", "portal.example:8443", True),
        ("https://portal.example:8443", "portal.example", False),
        ("https://portal.example", "localhost", False),
        ("https://portal.example", "evil.example", False),
        ("https://portal.example", "portal.example@evil.example", False),
        ("https://portal.example", "portal.example.evil.example", False),
        ("https://portal.example", "", False),
        ("https://ação.example", "xn--ao-siap.example", True),
        ("https://[2001:db8::1]", "[2001:db8::1]", True),
    ],
)
def test_production_answers_to_the_host_and_port_of_portal_url(app, url: str, host: str, expected: bool) -> None:
    assert gate._is_own_host(host, settings(app, "production", url)) is expected


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:1", "127.0.0.1:8000", "[::1]", "[::1]:80", "portal.example:9"]
)
def test_development_answers_to_this_machine_and_portal_urls_host_at_any_port(app, host: str) -> None:
    assert gate._is_own_host(host, settings(app, "development", "http://portal.example"))
    assert not gate._is_own_host("evil.example", settings(app, "development", "http://portal.example"))


def test_a_foreign_host_is_refused_except_for_health_checks(browser) -> None:
    foreign = {"base_url": "http://evil.example"}
    assert [browser().get(path, **foreign).status_code for path in ("/", "/entrar", "/nada")] == [400] * 3
    assert browser().get("/saude/viva", **foreign).status_code == 200


@pytest.mark.parametrize("origin", ["https://localhost", "http://localhost:1", "http://[", "null", "localhost", ""])
def test_an_origin_of_another_scheme_host_or_port_is_refused(browser, origin: str) -> None:
    assert browser().post("/entrar", data={"key": "x", "password": "x"}, headers={"Origin": origin}).status_code == 403


def test_the_portals_own_origin_is_accepted(browser) -> None:
    answer = browser().post("/entrar", data={"key": "x", "password": "x"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 422
