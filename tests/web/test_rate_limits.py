"""Requests from one network address are limited per minute."""

import pytest
import time_machine
from flask import Flask

from ideas.web import rate_limits
from ideas.web.rate_limit_storage import ProcessStorage


@pytest.fixture
def limited() -> Flask:
    """A small app with the portal's limits."""
    app = Flask(__name__)
    rate_limits.install(app, "memory://")
    app.add_url_rule("/", view_func=lambda: "ok", methods=["GET", "POST"])
    return app


def statuses(app: Flask, method: str, times: int, address: str = "198.51.100.1") -> list[int]:
    client = app.test_client()
    return [client.open(method=method, environ_base={"REMOTE_ADDR": address}).status_code for _ in range(times)]


def test_an_address_may_ask_for_600_pages_a_minute(limited: Flask) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as clock:
        assert statuses(limited, "GET", 602) == [200] * 600 + [429] * 2
        assert statuses(limited, "GET", 1, "198.51.100.2") == [200]
        clock.shift(61)
        assert statuses(limited, "GET", 1) == [200]


def test_an_address_may_write_120_times_a_minute(limited: Flask) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        assert statuses(limited, "POST", 122) == [200] * 120 + [429] * 2
        assert statuses(limited, "GET", 1) == [200]


def test_an_ipv6_64_is_one_network_and_a_48_has_five_times_the_limit(limited: Flask) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        assert statuses(limited, "POST", 120, "2001:db8::1") == [200] * 120
        assert statuses(limited, "POST", 1, "2001:db8::2") == [429]
        for place in range(1, 5):
            statuses(limited, "POST", 120, f"2001:db8:0:{place}::1")
        assert statuses(limited, "POST", 1, "2001:db8:0:9::1") == [429]
        assert statuses(limited, "POST", 1, "2001:db8:1::1") == [200]


def test_a_port_or_an_ipv4_mapped_address_is_no_new_client(limited: Flask) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        statuses(limited, "POST", 120, "203.0.113.1:50001")
        for same in ("203.0.113.1:50002", "203.0.113.1", "::ffff:203.0.113.1", "[::ffff:203.0.113.1]:443"):
            assert statuses(limited, "POST", 1, same) == [429], same
        assert statuses(limited, "POST", 1, "::ffff:203.0.113.2") == [200]


def test_expired_counters_are_deleted_once_a_minute() -> None:
    storage = ProcessStorage()
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as clock:
        assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
        assert (storage.get("a"), storage.get("b")) == (3, 0)
        clock.shift(61)
        assert storage.get("a") == 0
        assert storage.incr("a", 60) == 1
        storage.incr("b", 60)
        clock.shift(61)
        storage.incr("c", 60)
        assert set(storage._counters) == {"c"}
