"""Visitors' pages are kept for a moment; nobody who is signed in gets one, and nothing that is theirs is kept."""

import pytest

from ideas.web.page_cache import PageCache
from tests import make
from tests.conftest import statements


@pytest.fixture
def kept(app, monkeypatch):
    """The portal with its pages kept for a minute."""
    monkeypatch.setattr(app, "wsgi_app", PageCache(app.wsgi_app, cookie=app.config["SESSION_COOKIE_NAME"], seconds=60))


def asked_nothing(client, address: str, **options) -> bool:
    with statements() as sent:
        assert client.get(address, **options).status_code == 200
    return not sent


@pytest.mark.usefixtures("kept")
def test_a_second_visitor_costs_nothing(browser) -> None:
    idea = make.idea("Uma ideia para muitos")
    for address in ("/", "/?ordem=recentes", f"/ideias/{idea.id}-{idea.slug}", "/roteiro"):
        first = browser().get(address)
        assert asked_nothing(browser(), address)
        again = browser().get(address)
        assert again.text == first.text
        assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
        assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("kept")
def test_a_browser_that_has_the_page_is_told_so(browser) -> None:
    make.idea()
    etag = browser().get("/").headers["ETag"]
    answer = browser().get("/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert browser().get("/", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.usefixtures("kept")
def test_pages_are_apart_by_address_language_theme_and_htmx(browser) -> None:
    make.idea()
    browser().get("/")
    english = browser().get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in english
    assert '<html lang="pt-BR"' in browser().get("/").text
    assert "<html" not in browser().get("/", headers={"HX-Request": "true"}).text
    dark = browser()
    dark.set_cookie("theme", "dark")
    assert 'data-theme="dark"' in dark.get("/").text
    assert 'data-theme="dark"' not in browser().get("/").text


@pytest.mark.usefixtures("kept")
def test_nobody_signed_in_gets_or_gives_a_kept_page(browser, ana, bruno) -> None:
    make.idea()
    browser().get("/")
    assert "Ana Ribeiro" in browser(ana).get("/").text
    assert "Ana Ribeiro" not in browser().get("/").text
    assert not asked_nothing(browser(bruno), "/")
    assert not asked_nothing(browser(bruno), "/")


@pytest.mark.usefixtures("kept")
def test_each_visit_of_the_random_order_begins_at_a_place_of_its_own(browser) -> None:
    make.idea()
    browser().get("/?ordem=aleatorias")
    assert not asked_nothing(browser(), "/?ordem=aleatorias")


@pytest.mark.usefixtures("kept")
def test_what_is_no_page_is_not_kept(browser) -> None:
    for address in ("/ideias/9999", "/entrar", "/saude/viva"):
        first, second = browser().get(address), browser().get(address)
        assert first.status_code == second.status_code
        assert "ETag" not in first.headers


def test_a_kept_page_is_forgotten_after_its_seconds_and_when_there_are_too_many(monkeypatch) -> None:
    asked: list[str] = []

    def portal(environ, start_response):
        asked.append(environ["PATH_INFO"])
        environ["portal.same_for_visitors"] = True
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"page"]

    now = [100.0]
    monkeypatch.setattr("ideas.web.page_cache.time.monotonic", lambda: now[0])
    pages = PageCache(portal, cookie="session", seconds=1)

    def ask(path: str) -> None:
        pages({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda *_: None)

    ask("/")
    ask("/")
    assert asked == ["/"]
    now[0] += 1.1
    ask("/")
    assert asked == ["/", "/"]
    for number in range(300):
        ask(f"/{number}")
    assert len(pages._pages) == 256
