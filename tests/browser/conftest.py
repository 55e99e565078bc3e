"""Drive Chromium against the portal with the test database. All other network access is blocked.

Requests for htmx on the CDN get the copy in tests/vendor, so the browser checks its integrity. An error or a policy
violation on a page's console fails the test.
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
    """Mark the browser tests. Only those marked `every_engine` also run on PostgreSQL."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not item.get_closest_marker("every_engine"):
                item.add_marker(pytest.mark.engine_independent)


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """Serve the portal on a free port; the value is its address."""
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
def allow_site_to_write(clean_database: None) -> None:
    """Do not take SQLite's write lock when the test reads: the site needs it."""
    set_mode(Mode.TRANSACTION)


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def js(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`open_page(js=False, width=375, dark=True)` opens a page in a new browser context; addresses are relative.

    With `quiet` errors on the console do not fail the test.
    """
    contexts = []
    errors: list[str] = []

    def open_in_new_context(
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
            lambda line: errors.append(line.text) if line.type == "error" and not _expected(line.text) else None,
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_in_new_context
    for context in contexts:
        context.close()
    assert errors == []


def _expected(line: str) -> bool:
    """Chromium logs every 4xx response as an error, and some tests provoke them."""
    return "the server responded with a status of 4" in line


@pytest.fixture
def enter(site: str, browser: Callable[..., FlaskClient]) -> Callable[[Page, Person], None]:
    """Sign a person in by setting the session cookie, without opening a page."""

    def enter_as(page: Page, person: Person) -> None:
        db.session.commit()
        set_mode(Mode.WRITE)
        client = browser(person)
        set_mode(Mode.TRANSACTION)
        cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])

    return enter_as


@pytest.fixture
def sign_in() -> Callable[[Page, Person], None]:
    """Sign a person in with their CPF in the sign-in form."""

    def fill(page: Page, person: Person) -> None:
        key = str(person.email).split("@")[0]
        # Release SQLite's write lock: the site writes when a person signs in.
        db.session.commit()
        page.goto("/entrar")
        page.get_by_label("CPF ou e-mail").fill(cast.CPFS[key])
        page.get_by_label("Senha", exact=True).fill(cast.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Entrar").click()
        page.wait_for_url(lambda url: "/entrar" not in url)

    return fill
