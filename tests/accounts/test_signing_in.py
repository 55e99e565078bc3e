"""Signing in, as rules: who gets in, what is counted, what is written down."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import passwords, sessions, signing_in
from ideas.accounts.models import Person, Session, SignIn
from ideas.accounts.signing_in import AccountLocked, Outcome, TooManyTries, WrongPair
from ideas.db import db
from tests.cast import CPFS, PASSWORD

HERE = "192.0.2.7"


def sign_in(typed: str, password: str = PASSWORD, network: str = HERE) -> str:
    attempt = signing_in.attempt(typed, network)
    db.session.commit()
    newer = signing_in.prove(attempt, password)
    token = signing_in.admit(attempt, newer, device="Teste")
    db.session.commit()
    return token


def tries() -> list[SignIn]:
    return list(db.session.scalars(select(SignIn).order_by(SignIn.id)))


@pytest.mark.parametrize(
    "typed", ["529.982.247-25", "52998224725", " 52998224725\n", "ana@exemplo.example", "ANA@Exemplo.example "]
)
def test_a05_one_person_by_either_shape_of_the_cpf_or_the_email(typed: str, ana: Person) -> None:
    sign_in(typed)
    assert db.session.scalars(select(Session.person_id)).one() == ana.id


@pytest.mark.parametrize(
    "typed",
    ["５２９９８２２４７２５", "529 982 247 25", "529.98224725", "052998224725", "52998224724", "00000000000", "11111111111", "", "ana",
     "%", "' OR 1=1 --", "x" * 5000],
)  # fmt: skip
def test_a05_any_other_shape_is_the_same_refusal(typed: str) -> None:
    with pytest.raises(WrongPair):
        sign_in(typed)


@pytest.mark.parametrize("typed", ["ana@exemplo.example\0", "\u202eana@exemplo.example", "ana@\texemplo.example"])
def test_a05_letters_that_nobody_sees_are_left_out(typed: str) -> None:
    assert sign_in(typed)


def test_a03_v2_3_2_v6_3_1_ten_wrong_tries_in_five_minutes_and_the_eleventh_waits(ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        for place in range(10):
            with pytest.raises(WrongPair):
                sign_in(CPFS["ana"], "errada", network=f"198.51.100.{place}")
            travel.shift(10)
        with pytest.raises(TooManyTries) as refusal:
            sign_in(CPFS["ana"], PASSWORD, network="203.0.113.9")
        assert refusal.value.seconds == 300 - 100
        assert len(tries()) == 10, "what is refused is not counted again"
        sign_in("ana@exemplo.example", network="203.0.113.9")
        travel.shift(refusal.value.seconds - 1)
        with pytest.raises(TooManyTries):
            sign_in("52998224725", network="203.0.113.9")
        travel.shift(1)
        assert sign_in("52998224725", network="203.0.113.9")


def test_a03_an_account_that_is_not_there_is_limited_alike() -> None:
    for place in range(10):
        with pytest.raises(WrongPair):
            sign_in("ninguem@exemplo.example", "x", network=f"198.51.100.{place}")
    with pytest.raises(TooManyTries):
        sign_in("ninguem@exemplo.example", "x", network="203.0.113.9")


def test_a04_v2_4_1_v6_3_1_ten_wrong_tries_from_one_network_whatever_the_account() -> None:
    for place in range(10):
        with pytest.raises(WrongPair):
            sign_in(f"pessoa{place}@exemplo.example", "senha123")
    with pytest.raises(TooManyTries):
        sign_in("ana@exemplo.example")
    assert sign_in("ana@exemplo.example", network="203.0.113.9")


def test_a04_v2_3_2_v2_4_1_a_thousand_wrong_tries_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (signing_in.PER_ACCOUNT, signing_in.PER_NETWORK, signing_in.OVERALL) == (10, 10, 1000)
    monkeypatch.setattr(signing_in, "OVERALL", 3)
    for place in range(3):
        with pytest.raises(WrongPair):
            sign_in(f"pessoa{place}@exemplo.example", network=f"198.51.100.{place}")
    with pytest.raises(TooManyTries):
        sign_in("ana@exemplo.example", network="203.0.113.9")


def test_signing_in_rightly_uses_up_no_try(ana: Person) -> None:
    for _ in range(12):
        sign_in("ana@exemplo.example")
    assert [row.outcome for row in tries()] == [Outcome.IN] * 12


def test_a03_v15_4_2_tries_at_once_are_counted_one_by_one(at_once) -> None:
    def guess(place: int) -> None:
        sign_in("ana@exemplo.example", "errada", network=f"198.51.100.{place}")

    results = at_once(16, guess)
    assert sorted(type(fault).__name__ for fault in results) == ["TooManyTries"] * 6 + ["WrongPair"] * 10
    assert len(tries()) == 10


def test_a_try_is_written_down_before_it_is_judged(ana: Person) -> None:
    attempt = signing_in.attempt("ana@exemplo.example", HERE)
    db.session.rollback()
    assert tries() == []
    attempt = signing_in.attempt("ana@exemplo.example", HERE)
    db.session.commit()
    assert tries()[0].outcome == Outcome.WRONG
    db.session.rollback()
    newer = signing_in.prove(attempt, PASSWORD)
    assert not db.session().in_transaction(), "no transaction is open while hashing"
    signing_in.admit(attempt, newer, device="Teste")
    assert tries()[0].outcome == Outcome.IN


def test_the_log_holds_a_keyed_hash_and_no_cpf(ana: Person) -> None:
    sign_in(CPFS["ana"])
    row = tries()[0]
    assert row.person_id == ana.id
    assert len(row.account_key) == 64
    assert "52998224725" not in f"{vars(row)}"


def test_a01_joao_is_suspended_and_gets_in(joao: Person) -> None:
    assert sign_in("joao@exemplo.example")


def test_a_locked_account_is_told_so_after_the_right_password_only(ana: Person) -> None:
    ana.locked_at = clock.now()
    db.session.commit()
    with pytest.raises(WrongPair):
        sign_in("ana@exemplo.example", "errada")
    with pytest.raises(AccountLocked):
        sign_in("ana@exemplo.example")
    assert [row.outcome for row in tries()] == [Outcome.WRONG, Outcome.LOCKED]
    assert db.session.scalar(select(func.count()).select_from(Session)) == 0


def test_a_closed_account_is_no_account(ana: Person) -> None:
    ana.closed_at = clock.now()
    db.session.commit()
    with pytest.raises(WrongPair):
        sign_in("ana@exemplo.example")
    assert tries()[0].person_id is None


def test_a14_a_password_changed_meanwhile_no_longer_opens(ana: Person) -> None:
    attempt = signing_in.attempt("ana@exemplo.example", HERE)
    db.session.commit()
    newer = signing_in.prove(attempt, PASSWORD)
    ana.password_hash = passwords.hashed("outra senha")
    db.session.commit()
    with pytest.raises(WrongPair):
        signing_in.admit(attempt, newer, device="Teste")


def test_v11_4_2_a_password_kept_at_an_older_cost_is_hashed_again(ana: Person) -> None:
    before = ana.password_hash
    passwords.use(time_cost=2, memory_cost=16)
    try:
        sign_in("ana@exemplo.example")
        assert ana.password_hash != before
        assert passwords.matches(PASSWORD, ana.password_hash)
        after = ana.password_hash
        sign_in("ana@exemplo.example")
        assert ana.password_hash == after
    finally:
        passwords.use(time_cost=1, memory_cost=8)


def test_v7_2_3_a_token_has_256_bits_and_is_kept_hashed(ana: Person) -> None:
    tokens = {sessions.begin(ana, device="Teste") for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
    kept = set(db.session.scalars(select(Session.token_hash)))
    assert kept == {sessions.hash_of(token) for token in tokens}
    assert not kept & tokens


def test_the_company_chosen_last_is_remembered_at_the_next_sign_in(davi: Person) -> None:
    other = davi_companies(davi)[1]
    first = sessions.begin(davi, device="Teste")
    row = db.session.scalars(select(Session).where(Session.token_hash == sessions.hash_of(first))).one()
    sessions.choose_company(row.id, davi, other)
    sessions.end(first)
    token = sessions.begin(davi, device="Teste")
    row = db.session.scalars(select(Session).where(Session.token_hash == sessions.hash_of(token))).one()
    assert row.company_id == other


def davi_companies(davi: Person) -> list[int]:
    from ideas.companies import joining

    return [company.id for company in joining.companies_of(davi)]


def test_signing_out_everywhere_spares_the_session_one_is_in(ana: Person, bruno: Person) -> None:
    for _ in range(3):
        sessions.begin(ana, device="Teste")
    sessions.begin(bruno, device="Teste")
    spared = db.session.scalars(select(Session.id).where(Session.person_id == ana.id)).first()
    sessions.end_all(ana, but=spared)
    assert set(db.session.scalars(select(Session.person_id))) == {ana.id, bruno.id}
    sessions.end_all(ana)
    assert list(db.session.scalars(select(Session.person_id))) == [bruno.id]


def test_rows_of_sessions_long_over_leave_with_the_next_sign_in(ana: Person) -> None:
    sessions.begin(ana, device="Teste")
    with time_machine.travel(clock.now() + timedelta(days=31)):
        sessions.begin(ana, device="Teste")
    assert len(db.session.scalars(select(Session)).all()) == 1
