"""The rules of sign-in: who may sign in, what is counted, what is stored."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import passwords, sessions, signing_in
from ideas.accounts.models import Person, Session, SignIn
from ideas.accounts.signing_in import AccountLocked, SignInOutcome, TooManyAttempts, WrongCredentials
from ideas.db import db
from tests.cast import CPFS, PASSWORD

HERE = "192.0.2.7"


def sign_in(typed: str, password: str = PASSWORD, network: str = HERE) -> str:
    attempt = signing_in.record_attempt(typed, network)
    db.session.commit()
    newer = signing_in.verify_password(attempt, password)
    token = signing_in.start_session(attempt, newer, device="Teste")
    db.session.commit()
    return token


def attempts() -> list[SignIn]:
    return list(db.session.scalars(select(SignIn).order_by(SignIn.id)))


@pytest.mark.parametrize(
    "typed", ["529.982.247-25", "52998224725", " 52998224725\n", "ana@exemplo.example", "ANA@Exemplo.example "]
)
def test_a05_a_person_is_found_by_either_cpf_format_or_email(typed: str, ana: Person) -> None:
    sign_in(typed)
    assert db.session.scalars(select(Session.person_id)).one() == ana.id


@pytest.mark.parametrize(
    "typed",
    ["５２９９８２２４７２５", "529 982 247 25", "529.98224725", "052998224725", "52998224724", "00000000000", "11111111111", "", "ana",
     "%", "' OR 1=1 --", "x" * 5000],
)  # fmt: skip
def test_a05_other_input_gets_the_same_refusal(typed: str) -> None:
    with pytest.raises(WrongCredentials):
        sign_in(typed)


@pytest.mark.parametrize("typed", ["ana@exemplo.example\0", "\u202eana@exemplo.example", "ana@\texemplo.example"])
def test_a05_invisible_characters_are_ignored(typed: str) -> None:
    assert sign_in(typed)


def test_a03_v2_3_2_v6_3_1_the_sixth_wrong_attempt_with_one_key_in_five_minutes_is_refused(ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        for place in range(5):
            with pytest.raises(WrongCredentials):
                sign_in(CPFS["ana"], "errada", network=f"198.51.100.{place}")
            travel.shift(10)
        with pytest.raises(TooManyAttempts) as refusal:
            sign_in(CPFS["ana"], PASSWORD, network="203.0.113.9")
        assert refusal.value.seconds == 300 - 50
        assert len(attempts()) == 5, "a refused attempt is not counted"
        sign_in("ana@exemplo.example", network="203.0.113.9")
        travel.shift(refusal.value.seconds - 1)
        with pytest.raises(TooManyAttempts):
            sign_in("52998224725", network="203.0.113.9")
        travel.shift(1)
        assert sign_in("52998224725", network="203.0.113.9")


def test_a03_a_missing_account_has_the_same_limit() -> None:
    for place in range(5):
        with pytest.raises(WrongCredentials):
            sign_in("ninguem@exemplo.example", "x", network=f"198.51.100.{place}")
    with pytest.raises(TooManyAttempts):
        sign_in("ninguem@exemplo.example", "x", network="203.0.113.9")


def test_an_account_has_ten_wrong_attempts_by_cpf_and_email_in_turns(ana: Person) -> None:
    keys = [CPFS["ana"], "ana@exemplo.example"] * 5
    for place, key in enumerate(keys):
        with pytest.raises(WrongCredentials):
            sign_in(key, "errada", network=f"198.51.100.{place}")
    for key in keys[:2]:
        with pytest.raises(TooManyAttempts):
            sign_in(key, network="203.0.113.9")


def test_a04_v2_4_1_v6_3_1_a_network_has_ten_wrong_attempts_for_all_accounts() -> None:
    for place in range(10):
        with pytest.raises(WrongCredentials):
            sign_in(f"pessoa{place}@exemplo.example", "senha123")
    with pytest.raises(TooManyAttempts):
        sign_in("ana@exemplo.example")
    assert sign_in("ana@exemplo.example", network="203.0.113.9")


def test_a04_v2_3_2_v2_4_1_there_are_a_thousand_wrong_attempts_in_total(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (signing_in.MAX_PER_KEY, signing_in.MAX_PER_NETWORK, signing_in.MAX_OVERALL) == (5, 10, 1000)
    monkeypatch.setattr(signing_in, "MAX_OVERALL", 3)
    for place in range(3):
        with pytest.raises(WrongCredentials):
            sign_in(f"pessoa{place}@exemplo.example", network=f"198.51.100.{place}")
    with pytest.raises(WrongCredentials):
        sign_in("ninguem@exemplo.example", network="203.0.113.9")
    for key, network in (("ninguem@exemplo.example", "203.0.113.10"), ("ana@exemplo.example", "203.0.113.9")):
        with pytest.raises(TooManyAttempts) as refusal:
            sign_in(key, network=network)
        assert refusal.value.is_flood
    assert sign_in("ana@exemplo.example", network="203.0.113.11"), "a flood slows down, and keeps nobody out"


def test_a_correct_sign_in_does_not_count_towards_the_limit(ana: Person) -> None:
    for _ in range(12):
        sign_in("ana@exemplo.example")
    assert [row.outcome for row in attempts()] == [SignInOutcome.IN] * 12


def test_a03_v15_4_2_concurrent_attempts_are_counted_one_by_one(at_once) -> None:
    def guess(place: int) -> None:
        sign_in("ana@exemplo.example", "errada", network=f"198.51.100.{place}")

    results = at_once(16, guess)
    assert sorted(type(fault).__name__ for fault in results) == ["TooManyAttempts"] * 11 + ["WrongCredentials"] * 5
    assert len(attempts()) == 5


def test_an_attempt_is_stored_before_it_is_verified(ana: Person) -> None:
    attempt = signing_in.record_attempt("ana@exemplo.example", HERE)
    db.session.rollback()
    assert attempts() == []
    attempt = signing_in.record_attempt("ana@exemplo.example", HERE)
    db.session.commit()
    assert attempts()[0].outcome == SignInOutcome.WRONG
    db.session.rollback()
    newer = signing_in.verify_password(attempt, PASSWORD)
    assert not db.session().in_transaction(), "no transaction is open while hashing"
    signing_in.start_session(attempt, newer, device="Teste")
    assert attempts()[0].outcome == SignInOutcome.IN


def test_the_log_holds_a_keyed_hash_and_no_cpf(ana: Person) -> None:
    sign_in(CPFS["ana"])
    row = attempts()[0]
    assert row.person_id == ana.id
    assert len(row.account_key) == 64
    assert "52998224725" not in f"{vars(row)}"


def test_a01_a_suspended_person_can_sign_in(joao: Person) -> None:
    assert sign_in("joao@exemplo.example")


def test_a_locked_account_is_refused_after_the_correct_password_only(ana: Person) -> None:
    ana.locked_at = clock.now()
    db.session.commit()
    with pytest.raises(WrongCredentials):
        sign_in("ana@exemplo.example", "errada")
    with pytest.raises(AccountLocked):
        sign_in("ana@exemplo.example")
    assert [row.outcome for row in attempts()] == [SignInOutcome.WRONG, SignInOutcome.LOCKED]
    assert db.session.scalar(select(func.count()).select_from(Session)) == 0


def test_a_closed_account_counts_as_missing(ana: Person) -> None:
    ana.closed_at = clock.now()
    db.session.commit()
    with pytest.raises(WrongCredentials):
        sign_in("ana@exemplo.example")
    assert attempts()[0].person_id is None


def test_a14_a_password_changed_meanwhile_is_refused(ana: Person) -> None:
    attempt = signing_in.record_attempt("ana@exemplo.example", HERE)
    db.session.commit()
    newer = signing_in.verify_password(attempt, PASSWORD)
    ana.password_hash = passwords.hash_password("outra senha")
    db.session.commit()
    with pytest.raises(WrongCredentials):
        signing_in.start_session(attempt, newer, device="Teste")


def test_v11_4_2_a_hash_with_an_outdated_cost_is_replaced(ana: Person) -> None:
    before = ana.password_hash
    passwords.configure(time_cost=2, memory_cost=16)
    try:
        sign_in("ana@exemplo.example")
        assert ana.password_hash != before
        assert passwords.verify(PASSWORD, ana.password_hash)
        after = ana.password_hash
        sign_in("ana@exemplo.example")
        assert ana.password_hash == after
    finally:
        passwords.configure(time_cost=1, memory_cost=8)


def test_v7_2_3_a_token_has_256_bits_and_is_stored_hashed(ana: Person) -> None:
    tokens = {sessions.start(ana, device="Teste") for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
    kept = set(db.session.scalars(select(Session.token_hash)))
    assert kept == {sessions.hash_token(token) for token in tokens}
    assert not kept & tokens


def test_a_new_session_starts_with_the_company_chosen_last(davi: Person) -> None:
    other = davi_companies(davi)[1]
    first = sessions.start(davi, device="Teste")
    row = db.session.scalars(select(Session).where(Session.token_hash == sessions.hash_token(first))).one()
    sessions.set_active_company(row.id, davi, other)
    sessions.end(first)
    token = sessions.start(davi, device="Teste")
    row = db.session.scalars(select(Session).where(Session.token_hash == sessions.hash_token(token))).one()
    assert row.company_id == other


def davi_companies(davi: Person) -> list[int]:
    from ideas.companies import joining

    return [company.id for company in joining.companies_of(davi)]


def test_ending_all_sessions_can_spare_the_current_one(ana: Person, bruno: Person) -> None:
    for _ in range(3):
        sessions.start(ana, device="Teste")
    sessions.start(bruno, device="Teste")
    spared = db.session.scalars(select(Session.id).where(Session.person_id == ana.id)).first()
    sessions.end_all(ana, except_session_id=spared)
    assert set(db.session.scalars(select(Session.person_id))) == {ana.id, bruno.id}
    sessions.end_all(ana)
    assert list(db.session.scalars(select(Session.person_id))) == [bruno.id]


def test_the_next_sign_in_deletes_the_persons_expired_sessions(ana: Person) -> None:
    sessions.start(ana, device="Teste")
    with time_machine.travel(clock.now() + timedelta(days=31)):
        sessions.start(ana, device="Teste")
    assert len(db.session.scalars(select(Session)).all()) == 1
