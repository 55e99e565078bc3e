"""A walk along every link of the site, as several people: pages are whole, and hold no CPF."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from ideas.accounts.documents import find_cpfs
from tests import make
from tests.cast import CPFS

MOST_PAGES = 80


class Reader(HTMLParser):
    """What a page is made of, for the checks here."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings = 0
        self.title = ""
        self.language = ""
        self.unlabelled: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if has.get("id"):
            self.ids[str(has["id"])] += 1
        if tag == "a" and has.get("href"):
            self.links.append(str(has["href"]))
        if tag == "img" and "alt" not in has:
            self.unlabelled.append(str(has))
        self.headings += tag == "h1"
        self.language = str(has.get("lang")) if tag == "html" else self.language
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def crawl(client) -> dict[str, str]:
    """Every page that links lead to, from the board on: address -> body. Each must answer well."""
    todo, seen = ["/"], {}
    while todo and len(seen) < MOST_PAGES:
        address = todo.pop(0)
        if address in seen:
            continue
        answer = client.get(address)
        assert answer.status_code in {200, 302, 303}, f"{address}: {answer.status_code}"
        if answer.status_code != 200:
            todo.append(answer.location)
            seen[address] = ""
            continue
        seen[address] = answer.text
        if answer.mimetype == "text/html":
            links = (link.partition("#")[0] for link in read(answer.text).links)
            todo += [link for link in links if link.startswith("/") and urlsplit(link).path.count("/") < 8]
    return seen


@pytest.fixture
def community(ana, bruno, carla, elisa):
    """An idea in every state that has a page of its own, with comments and an answer."""
    ideas = [make.idea(author=bruno, status=status) for status in
             ("new", "under_review", "needs_info", "planned", "in_progress", "declined", "already_exists", "delivered")]  # fmt: skip
    make.comment(ideas[0], author=carla)
    make.step(ideas[3], "planned", elisa, target="12.1.2610")
    return ideas


@pytest.mark.parametrize("who", ["", "ana", "elisa", "fabio", "iris", "joao"])
def test_every_page_that_a_link_leads_to_is_whole(who, browser, community):
    pages = crawl(browser(make.person(who) if who else None))
    assert len(pages) > 15
    for address, body in pages.items():
        if not body.startswith(("<!doctype", "\n<!doctype", "<!DOCTYPE")):
            continue
        page = read(body)
        assert page.headings == 1, f"{address} has {page.headings} h1"
        assert page.title.strip(), f"{address} has no title"
        assert page.language == "pt-BR", address
        assert [name for name, times in page.ids.items() if times > 1] == [], address
        assert page.unlabelled == [], address


@pytest.mark.parametrize("who", ["", "ana", "elisa", "iris"])
def test_i06_no_page_holds_a_cpf(who, browser, community):
    for address, body in crawl(browser(make.person(who) if who else None)).items():
        assert not list(find_cpfs(body)), address
        assert not any(cpf in body for cpf in CPFS.values()), address


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pages_are_whole_in_every_language(language, browser, community, ana):
    client = browser(ana)
    client.set_cookie("lang", language)
    for address, body in crawl(client).items():
        if body.startswith("<!doctype"):
            assert read(body).language == language, address


def test_v3_5_3_reading_changes_nothing(browser, community, ana):
    """The whole database, hashed around a crawl, but for the three columns that reading may write."""
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
