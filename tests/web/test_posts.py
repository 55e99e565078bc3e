"""Every address that takes a POST: who may send it, and with which token."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from ideas.rights import PUBLIC_POSTS, ROUTES, Who
from tests import make
from tests.web.every_form import FORMS


def _posts(app: Flask) -> list[tuple[str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            values = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
            found.append((rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")))
    return found


def test_b01_a_visitor_can_send_nothing_but_what_is_public(app: Flask, browser) -> None:
    for endpoint, address in _posts(app):
        answer = browser().post(address, csrf=False)
        if endpoint in PUBLIC_POSTS:
            continue
        assert answer.status_code in {303, 401}, f"{endpoint}: {answer.status_code}"
        if answer.status_code == 303:
            assert answer.location.startswith("/entrar"), endpoint


#: A person who may use the route.
SOMEBODY = {Who.ADMINISTRATORS: "carla", Who.MODERATORS: "fabio", Who.ANALYSTS: "heitor", Who.OPERATORS: "iris",
            Who.STAFF: "elisa", Who.CURATORS: "elisa", Who.PRODUCT_MANAGERS: "elisa"}  # fmt: skip
#: The footer's switches stand on pages that hold no token, and one click in a mail program sends none.
TOKENLESS = {"preferences.update", "unsubscribing.update"}


def test_a17_v3_5_1_no_form_is_taken_without_its_token_or_from_another_site(app: Flask, browser) -> None:
    wrong = []
    browsers = {key: browser(make.person(key)) for key in {"carla", *SOMEBODY.values()}}
    for endpoint, address in _posts(app):
        mine = browsers[SOMEBODY.get(ROUTES[endpoint], "carla")]
        if endpoint not in TOKENLESS and mine.post(address, csrf=False).status_code != 400:
            wrong.append(f"{endpoint} without a token")
        for elsewhere in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://x.example"},
        ):
            if mine.post(address, headers=elsewhere).status_code != 403:
                wrong.append(f"{endpoint} with {elsewhere}")
    assert wrong == []


def test_b14_every_form_is_filled_in_for_the_tests_that_send_them_all(app: Flask) -> None:
    endpoints = {endpoint for endpoint, _ in _posts(app)}
    assert endpoints - set(FORMS) == set(), "say in tests/web/every_form.py how it is sent"
    assert set(FORMS) - endpoints == set(), "filled in, but gone"
