"""Every route requested by every kind of person: the gate allows exactly what the rights table says (B01)."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from ideas import clock
from ideas.accounts.models import Person
from ideas.cli import rights as table
from ideas.rights import ROUTES, Who
from tests import make
from tests.architecture.source_files import ROOT

PRINCIPALS = {
    "visitor": None,
    "customer": "ana",
    "administrator": "carla",
    "product manager": "elisa",
    "moderator": "fabio",
    "analyst": "heitor",
    "operator": "iris",
    "suspended": "joao",
    "locked": "bruno",
}
STAFF = {"product manager", "moderator", "analyst", "operator"}
SIGNED_IN = {"customer", "administrator", "suspended"} | STAFF
#: A second copy by hand: who reaches the view while reading is public.
EXPECTED: dict[Who, set[str]] = {
    Who.ANYONE: set(PRINCIPALS),
    Who.READERS: set(PRINCIPALS),
    Who.DEVELOPERS: set(PRINCIPALS),
    Who.SIGNED_IN: SIGNED_IN,
    Who.ADMINISTRATORS: {"administrator"},
    Who.STAFF: STAFF,
    Who.CURATORS: {"product manager", "moderator"},
    Who.PRODUCT_MANAGERS: {"product manager"},
    Who.MODERATORS: {"moderator"},
    Who.ANALYSTS: {"analyst"},
    Who.OPERATORS: {"operator"},
    Who.OPERATORS_OR_DEVELOPERS: {"operator"},
}
REACHED = "the view was reached"


@pytest.fixture
def views(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace all views by one that reports that it was reached."""
    for endpoint in ROUTES:
        monkeypatch.setitem(app.view_functions, endpoint, lambda **_: REACHED)


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route and method, with ids that do not exist."""
    found = []
    for rule in app.url_map.iter_rules():
        values = {
            name: 987654 if isinstance(kind, IntegerConverter) else "nada" for name, kind in rule._converters.items()
        }
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            found.append((rule.endpoint, method, address))
    return found


def person(principal: str) -> Person | None:
    key = PRINCIPALS[principal]
    return make.person(key) if key else None


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_b01_v8_2_1_every_route_allows_exactly_the_people_in_the_matrix(principal, app, browser, views):
    mine = browser(person(principal))
    if principal == "locked":
        make.person("bruno").locked_at = clock.now()
        assert mine.get("/minhas-ideias").status_code == 303
    wrong = []
    token = mine.csrf_token()
    for endpoint, method, address in addresses(app):
        answer = mine.open(address, method=method, headers={"X-CSRFToken": token})
        reached = answer.text == REACHED
        if reached != (principal in EXPECTED[ROUTES[endpoint]]):
            wrong.append(f"{method} {address}: {answer.status_code}")
        elif not reached:
            signed_in = principal in SIGNED_IN
            assert answer.status_code == (403 if signed_in else 303), f"{method} {address}: {answer.status_code}"
    assert wrong == []


def test_b01_a_visitor_reaches_only_open_routes_if_reading_is_for_members(app, browser, views, monkeypatch):
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, portal_reading="members"))
    mine = browser()
    token = mine.csrf_token()
    reached = {endpoint for endpoint, method, address in addresses(app)
               if mine.open(address, method=method, headers={"X-CSRFToken": token}).text == REACHED}  # fmt: skip
    assert reached == {endpoint for endpoint, who in ROUTES.items() if who in {Who.ANYONE, Who.DEVELOPERS}}


def test_developers_routes_are_absent_in_production(app, browser, iris, views, monkeypatch):
    settings = replace(app.extensions["settings"], portal_env="production")
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert browser(iris).get("/painel/componentes", base_url=settings.portal_url).status_code == 404


def test_b01_an_undeclared_route_is_refused(app, browser, iris, monkeypatch):
    monkeypatch.delitem(ROUTES, "log.index")
    assert browser(iris).get("/painel/registro").status_code == 404


def test_v8_1_1_the_table_in_docs_is_current(app):
    """Generate it with `bin/portal rights > docs/rights.md`."""
    stored = Path(ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    assert stored == table.table(app), "run bin/portal rights > docs/rights.md"


def test_every_kind_of_person_is_a_column_of_the_table():
    assert list(table.PRINCIPALS) == list(PRINCIPALS)
