"""Links that work once: the newest, for one purpose, for a time."""

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
        links.look(purpose, token)
    except LinkSpent:
        return True
    return False


def test_a06_v6_4_1_a_link_works_once() -> None:
    token = links.mint("password", "person:1", HOUR)
    assert links.look("password", token) == "person:1"
    assert links.spend("password", token) == "person:1"
    with pytest.raises(LinkSpent):
        links.spend("password", token)
    assert spent("password", token)


def test_v6_4_1_a_token_has_256_bits_that_nobody_foresees() -> None:
    tokens = {links.mint("password", f"person:{number}", HOUR) for number in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
    # Every sign is as good as any other: no beginning, counter or date is shared.
    for place in range(42):
        assert len({token[place] for token in tokens}) > 15


def test_a06_only_the_newest_works() -> None:
    old = links.mint("password", "person:1", HOUR)
    new = links.mint("password", "person:1", HOUR)
    other = links.mint("password", "person:2", HOUR)
    assert spent("password", old)
    assert not spent("password", new)
    assert not spent("password", other)


def test_a06_v9_1_1_v9_2_2_a_link_is_good_for_its_purpose_alone_and_for_not_one_bit_else() -> None:
    token = links.mint("password", "person:1", HOUR)
    changed = token[:-1] + chr(ord(token[-1]) ^ 1)
    assert spent("email", token)
    assert spent("password", changed)
    assert spent("password", "")
    assert spent("password", "\ud800")


def test_a06_v6_4_1_v9_2_1_after_its_time_it_is_spent() -> None:
    with time_machine.travel(clock.now() - HOUR - timedelta(seconds=1), tick=False):
        token = links.mint("password", "person:1", HOUR)
        assert not spent("password", token)
    assert spent("password", token)


def test_a06_what_is_revoked_works_no_more() -> None:
    token, other = links.mint("password", "person:1", HOUR), links.mint("email", "person:1", HOUR)
    links.revoke("person:1", "password")
    assert spent("password", token)
    assert not spent("email", other)
    links.revoke("person:1")
    assert spent("email", other)


def test_a06_the_token_lies_nowhere_in_the_database() -> None:
    token = links.mint("password", "person:1", HOUR)
    assert token not in str(db.session.execute(text("SELECT * FROM one_time_link")).all())


@pytest.mark.parametrize("times", [100])
def test_a07_v15_4_2_of_a_hundred_uses_at_once_exactly_one_succeeds(at_once, times: int) -> None:
    token = links.mint("password", "person:1", HOUR)

    def use(_: int) -> str:
        subject = links.spend("password", token)
        db.session.commit()
        return subject

    results = at_once(times, use)
    assert [result for result in results if result == "person:1"] == ["person:1"]
    assert all(isinstance(result, LinkSpent) for result in results if result != "person:1")


def test_a07_of_two_minted_at_once_one_works(at_once) -> None:
    def mint(_: int) -> str:
        token = links.mint("password", "person:1", HOUR)
        db.session.commit()
        return token

    tokens = at_once(8, mint)
    assert sum(not spent("password", token) for token in tokens) == 1
