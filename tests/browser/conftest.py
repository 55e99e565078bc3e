"""A real Chromium before the real site: the test's database behind it, the outside network shut.

The CDN's address of htmx is answered from the copy in tests/vendor, so the browser's own integrity
check really runs. Every page's console is read: an error or a policy violation fails the test.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from ideas.accounts.models import Person
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import cast
from tests.browser.network import OUTSIDE, QUIET, answer
from tests.conftest import CHROMIUM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests. They check pages and scripts, so few of them run on PostgreSQL: those that say so."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not item.get_closest_marker("every_engine"):
                item.add_marker(pytest.mark.engine_independent)


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """The portal on a port of its own: its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def reading(clean_database: None) -> None:
    """What the test itself reads must not hold SQLite's only writer: the site needs it."""
    set_mode(Mode.TRANSACTION)


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`open_page(js=False, width=375, dark=True)`: a window of a new person; addresses are relative.

    `quiet` leaves the console unread, where a fault is what the test is about.
    """
    contexts = []
    faults: list[str] = []

    def open_one(
        *,
        js: bool = True,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        quiet: bool = False,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            java_script_enabled=js,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=options.pop("locale", "pt-BR"),
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        context.route(OUTSIDE, answer)
        contexts.append(context)
        page = context.new_page()
        if quiet:
            return page
        page.on(
            "console",
            lambda line: faults.append(line.text) if line.type == "error" and not _expected(line.text) else None,
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def _expected(line: str) -> bool:
    """Chromium calls every 4xx answer an error; refusals are what some tests are about."""
    return "the server responded with a status of 4" in line


@pytest.fixture
def enter(site: str, browser: Callable[..., FlaskClient]) -> Callable[[Page, Person], None]:
    """Give a page's browser the session of a person, without opening any page."""

    def enter_as(page: Page, person: Person) -> None:
        db.session.commit()
        set_mode(Mode.WRITE)
        client = browser(person)
        set_mode(Mode.TRANSACTION)
        held = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
        assert held is not None
        page.context.add_cookies([{"name": held.key, "value": held.value, "url": site}])

    return enter_as


@pytest.fixture
def sign_in() -> Callable[[Page, Person], None]:
    """Sign a person in with the form, by their CPF."""

    def fill(page: Page, person: Person) -> None:
        key = str(person.email).split("@")[0]
        # Release SQLite's write lock: the site needs it now.
        db.session.commit()
        page.goto("/entrar")
        page.get_by_label("CPF ou e-mail").fill(cast.CPFS[key])
        page.get_by_label("Senha", exact=True).fill(cast.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Entrar").click()
        page.wait_for_url(lambda url: "/entrar" not in url)

    return fill
