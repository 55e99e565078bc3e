"""Passwords of any length and Unicode form; verifying takes the same work without an account."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from ideas.accounts import passwords

pytestmark = pytest.mark.engine_independent


def test_the_right_password_matches_and_another_does_not() -> None:
    kept = passwords.hash_password("um cavalo correto, 42")
    assert passwords.verify("um cavalo correto, 42", kept)
    assert not passwords.verify("um cavalo correto, 43", kept)


@pytest.mark.parametrize("length", [64, 128, passwords.MAX_LENGTH])
def test_a18_v6_2_8_v6_2_9_the_last_character_of_a_long_password_matters(length: int) -> None:
    kept = passwords.hash_password("a" * length)
    assert passwords.verify("a" * length, kept)
    assert not passwords.verify("A" * length, kept)
    assert not passwords.verify("a" * length + " ", kept)
    assert not passwords.verify("a" * (length - 1) + "b", kept)
    assert not passwords.verify("a" * (length - 1), kept)


def test_a18_a_password_over_the_limit_is_never_hashed() -> None:
    with pytest.raises(ValueError, match="at most"):
        passwords.hash_password("a" * (passwords.MAX_LENGTH + 1))
    assert not passwords.verify("a" * 1_000_000, passwords.hash_password(""))


def test_a18_accents_match_in_any_unicode_form() -> None:
    assert passwords.verify("são", passwords.hash_password("são"))


@pytest.mark.parametrize("password", ["👩🏽‍💻 senha", "com\0nulo", " com espaços ", "\ud800 sozinho"])
def test_a18_v6_2_8_unusual_characters_are_part_of_the_password(password: str) -> None:
    kept = passwords.hash_password(password)
    assert passwords.verify(password, kept)
    assert not passwords.verify(password[:-1], kept)


def test_v11_4_2_the_cost_is_the_recommended_one_and_an_older_one_is_detected() -> None:
    cheap = passwords.hash_password("senha")
    assert not passwords.needs_rehash(cheap)
    passwords.configure(time_cost=2, memory_cost=19456)
    try:
        assert passwords.needs_rehash(cheap)
        assert passwords.hash_password("senha").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    finally:
        passwords.configure(time_cost=1, memory_cost=8)


def test_v6_3_8_verifying_without_an_account_does_the_same_work_and_fails(hashes: list[str]) -> None:
    assert not passwords.verify("qualquer", None)
    assert not passwords.verify("", None)
    nobodys = set(hashes)
    assert len(hashes) == 2
    assert len(nobodys) == 1, "one dummy hash is used for all missing accounts"
    assert not PasswordHasher(1, 8, 1).check_needs_rehash(nobodys.pop())


def test_a19_concurrent_hashes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
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
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(2))
    threads = [threading.Thread(target=passwords.verify, args=("x", "y")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the hashes that were verified."""
    worked: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, password: bytes) -> bool:
        worked.append(kept)
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return worked
