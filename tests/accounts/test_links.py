"""One-time links: only the newest works, for one purpose, for a limited time."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from ideas import clock
from ideas.accounts import links
from ideas.accounts.links import LinkSpent
from ideas.db import db

HOUR = timedelta(hours=1)


def spent(purpose: str, token: str) -> bool:
    try:
        links.peek(purpose, token)
    except LinkSpent:
        return True
    return False


def test_a06_v6_4_1_a_link_works_once() -> None:
    token = links.create_link("password", "person:1", HOUR)
    assert links.peek("password", token) == "person:1"
    assert links.spend("password", token) == "person:1"
    with pytest.raises(LinkSpent):
        links.spend("password", token)
    assert spent("password", token)


def test_v6_4_1_a_token_has_256_random_bits() -> None:
    tokens = {links.create_link("password", f"person:{number}", HOUR) for number in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
    # No common prefix, counter or date.
    for place in range(42):
        assert len({token[place] for token in tokens}) > 15


def test_a06_only_the_newest_link_works() -> None:
    old = links.create_link("password", "person:1", HOUR)
    new = links.create_link("password", "person:1", HOUR)
    other = links.create_link("password", "person:2", HOUR)
    assert spent("password", old)
    assert not spent("password", new)
    assert not spent("password", other)


def test_a06_v9_1_1_v9_2_2_a_link_works_only_for_its_purpose_and_exact_token() -> None:
    token = links.create_link("password", "person:1", HOUR)
    changed = token[:-1] + chr(ord(token[-1]) ^ 1)
    assert spent("email", token)
    assert spent("password", changed)
    assert spent("password", "")
    assert spent("password", "\ud800")


def test_a06_v6_4_1_v9_2_1_a_link_expires() -> None:
    with time_machine.travel(clock.now() - HOUR - timedelta(seconds=1), tick=False):
        token = links.create_link("password", "person:1", HOUR)
        assert not spent("password", token)
    assert spent("password", token)


def test_a06_a_revoked_link_does_not_work() -> None:
    token, other = links.create_link("password", "person:1", HOUR), links.create_link("email", "person:1", HOUR)
    links.revoke("person:1", "password")
    assert spent("password", token)
    assert not spent("email", other)
    links.revoke("person:1")
    assert spent("email", other)


def test_a06_the_plain_token_is_not_in_the_database() -> None:
    token = links.create_link("password", "person:1", HOUR)
    assert token not in str(db.session.execute(text("SELECT * FROM one_time_link")).all())


@pytest.mark.parametrize("times", [100])
def test_a07_v15_4_2_of_concurrent_uses_exactly_one_succeeds(at_once, times: int) -> None:
    token = links.create_link("password", "person:1", HOUR)

    def use(_: int) -> str:
        subject = links.spend("password", token)
        db.session.commit()
        return subject

    results = at_once(times, use)
    assert [result for result in results if result == "person:1"] == ["person:1"]
    assert all(isinstance(result, LinkSpent) for result in results if result != "person:1")


def test_a07_of_two_links_created_concurrently_one_works(at_once) -> None:
    def mint(_: int) -> str:
        token = links.create_link("password", "person:1", HOUR)
        db.session.commit()
        return token

    tokens = at_once(8, mint)
    assert sum(not spent("password", token) for token in tokens) == 1
