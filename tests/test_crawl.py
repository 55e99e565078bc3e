"""Crawl every link of the site as several people: each page is complete and contains no CPF."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from ideas.accounts.documents import find_cpfs
from tests import make
from tests.cast import CPFS

MAX_PAGES = 80


class PageParser(HTMLParser):
    """Parse what the tests below check."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings = 0
        self.title = ""
        self.language = ""
        self.images_without_alt: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("id"):
            self.ids[str(attributes["id"])] += 1
        if tag == "a" and attributes.get("href"):
            self.links.append(str(attributes["href"]))
        if tag == "img" and "alt" not in attributes:
            self.images_without_alt.append(str(attributes))
        self.headings += tag == "h1"
        self.language = str(attributes.get("lang")) if tag == "html" else self.language
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def parse(text: str) -> PageParser:
    parser = PageParser()
    parser.feed(text)
    return parser


def crawl(client) -> dict[str, str]:
    """Follow links from the board; return each page's body by its address. Every response must succeed."""
    todo, seen = ["/"], {}
    while todo and len(seen) < MAX_PAGES:
        address = todo.pop(0)
        if address in seen:
            continue
        response = client.get(address)
        assert response.status_code in {200, 302, 303}, f"{address}: {response.status_code}"
        if response.status_code != 200:
            todo.append(response.location)
            seen[address] = ""
            continue
        seen[address] = response.text
        if response.mimetype == "text/html":
            links = (link.partition("#")[0] for link in parse(response.text).links)
            todo += [link for link in links if link.startswith("/") and urlsplit(link).path.count("/") < 8]
    return seen


@pytest.fixture
def community(ana, bruno, carla, elisa):
    """An idea in every status, with comments and a planned release."""
    ideas = [make.idea(author=bruno, status=status) for status in
             ("new", "under_review", "needs_info", "planned", "in_progress", "declined", "already_exists", "delivered")]  # fmt: skip
    make.comment(ideas[0], author=carla)
    make.step(ideas[3], "planned", elisa, target="12.1.2610")
    return ideas


@pytest.mark.parametrize("who", ["", "ana", "elisa", "fabio", "iris", "joao"])
def test_every_linked_page_is_complete(who, browser, community):
    pages = crawl(browser(make.person(who) if who else None))
    assert len(pages) > 15
    for address, body in pages.items():
        if not body.startswith(("<!doctype", "\n<!doctype", "<!DOCTYPE")):
            continue
        page = parse(body)
        assert page.headings == 1, f"{address} has {page.headings} h1"
        assert page.title.strip(), f"{address} has no title"
        assert page.language == "pt-BR", address
        assert [name for name, count in page.ids.items() if count > 1] == [], address
        assert page.images_without_alt == [], address


@pytest.mark.parametrize("who", ["", "ana", "elisa", "iris"])
def test_i06_no_page_contains_a_cpf(who, browser, community):
    for address, body in crawl(browser(make.person(who) if who else None)).items():
        assert not list(find_cpfs(body)), address
        assert not any(cpf in body for cpf in CPFS.values()), address


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_declares_the_chosen_language(language, browser, community, ana):
    client = browser(ana)
    client.set_cookie("lang", language)
    for address, body in crawl(client).items():
        if body.startswith("<!doctype"):
            assert parse(body).language == language, address


def test_v3_5_3_get_requests_change_no_row(browser, community, ana):
    """Compare hashes of all tables before and after a crawl, without the three columns that GET requests may write."""
    from sqlalchemy import select

    from ideas import tables
    from ideas.db import db

    def state() -> dict[str, int]:
        hashes = {}
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in {"last_used_at", "read_at", "last_seen_at"}]
            hashes[table.name] = hash(tuple(sorted(map(repr, db.session.execute(select(*columns)).all()))))
        return hashes

    client = browser(ana)
    client.get("/")
    before = state()
    crawl(client)
    assert state() == before
