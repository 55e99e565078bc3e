"""Passwords: right or wrong, however long, however typed; as much work for nobody as for somebody."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from ideas.accounts import passwords

pytestmark = pytest.mark.engine_independent


def test_the_right_password_matches_and_another_does_not() -> None:
    kept = passwords.hashed("um cavalo correto, 42")
    assert passwords.matches("um cavalo correto, 42", kept)
    assert not passwords.matches("um cavalo correto, 43", kept)


@pytest.mark.parametrize("length", [64, 128, passwords.LONGEST])
def test_a18_v6_2_8_v6_2_9_the_last_character_of_a_long_password_matters(length: int) -> None:
    kept = passwords.hashed("a" * length)
    assert passwords.matches("a" * length, kept)
    assert not passwords.matches("A" * length, kept)
    assert not passwords.matches("a" * length + " ", kept)
    assert not passwords.matches("a" * (length - 1) + "b", kept)
    assert not passwords.matches("a" * (length - 1), kept)


def test_a18_what_is_longer_than_any_password_is_never_hashed() -> None:
    with pytest.raises(ValueError, match="at most"):
        passwords.hashed("a" * (passwords.LONGEST + 1))
    assert not passwords.matches("a" * 1_000_000, passwords.hashed(""))


def test_a18_accents_match_however_they_were_typed() -> None:
    assert passwords.matches("são", passwords.hashed("são"))


@pytest.mark.parametrize("password", ["👩🏽‍💻 senha", "com\0nulo", " com espaços ", "\ud800 sozinho"])
def test_a18_v6_2_8_strange_letters_are_part_of_the_password(password: str) -> None:
    kept = passwords.hashed(password)
    assert passwords.matches(password, kept)
    assert not passwords.matches(password[:-1], kept)


def test_v11_4_2_the_cost_is_the_published_one_and_an_older_one_is_told_apart() -> None:
    cheap = passwords.hashed("senha")
    assert not passwords.is_outdated(cheap)
    passwords.use(time_cost=2, memory_cost=19456)
    try:
        assert passwords.is_outdated(cheap)
        assert passwords.hashed("senha").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    finally:
        passwords.use(time_cost=1, memory_cost=8)


def test_v6_3_8_nobodys_password_costs_as_much_and_is_always_wrong(hashes: list[str]) -> None:
    assert not passwords.matches("qualquer", None)
    assert not passwords.matches("", None)
    nobodys = set(hashes)
    assert len(hashes) == 2
    assert len(nobodys) == 1, "one hash stands for everybody who is not there"
    assert not PasswordHasher(1, 8, 1).check_needs_rehash(nobodys.pop())


def test_a19_no_more_hashes_at_once_than_places(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def verify(self: PasswordHasher, kept: str, password: bytes) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1
        raise VerifyMismatchError

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(2))
    threads = [threading.Thread(target=passwords.matches, args=("x", "y")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that were really worked on."""
    worked: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, password: bytes) -> bool:
        worked.append(kept)
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return worked
