"""Results that are the same for all readers are cached for a short time."""

import time

import pytest

from ideas.web.shared_cache import MAX_ENTRIES, SharedCache
from tests import make
from tests.conftest import statements


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    return moment


def test_result_is_loaded_again_after_it_expires(now: list[float]) -> None:
    cache, results = SharedCache(1), iter(range(9))
    assert [cache.get("a", lambda: next(results)) for _ in range(2)] == [0, 0]
    assert cache.get("b", lambda: next(results)) == 1
    now[0] += 1.1
    assert cache.get("a", lambda: next(results)) == 2


def test_nothing_is_cached_for_zero_seconds(now: list[float]) -> None:
    cache, results = SharedCache(0), iter(range(9))
    assert [cache.get("a", lambda: next(results)) for _ in range(2)] == [0, 1]


def test_cache_holds_a_limited_number_of_results(now: list[float]) -> None:
    cache = SharedCache(1)
    for number in range(MAX_ENTRIES + 10):
        cache.get(number, lambda: "result")
    assert len(cache._entries) == MAX_ENTRIES


@pytest.fixture
def minute_cache(app, monkeypatch):
    """The portal with shared results cached for a minute."""
    monkeypatch.setitem(app.extensions, "shared_cache", SharedCache(60))


def facet_statements(client, address: str) -> int:
    """How many statements of the page read the counts beside the filters."""
    with statements() as sent:
        assert client.get(address).status_code == 200
    return sum("idea_tally" in words for words in sent)


@pytest.mark.usefixtures("minute_cache")
def test_facet_counts_are_shared_by_all_readers(browser, ana, bruno) -> None:
    make.idea()
    assert facet_statements(browser(), "/") == 1
    assert facet_statements(browser(), "/") == 0
    assert facet_statements(browser(ana), "/") == 0
    assert facet_statements(browser(bruno), "/?situacao=new") == 1
    assert facet_statements(browser(ana), "/?situacao=new") == 0


@pytest.mark.usefixtures("minute_cache")
def test_personal_counts_are_never_shared(browser, ana, bruno) -> None:
    make.idea("A ideia da Ana", author=ana)
    assert "A ideia da Ana" in browser(ana).get("/?minhas=enviei").text
    assert "A ideia da Ana" not in browser(bruno).get("/?minhas=enviei").text
