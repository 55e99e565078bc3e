"""Signing in and out with a browser."""

import hashlib
import re

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from ideas import clock, networks
from ideas.accounts import passwords, sessions, signing_in
from ideas.accounts.models import Person, Session, SignIn, StaffRole
from ideas.db import db
from tests.cast import CPFS, PASSWORD
from tests.conftest import HTMX, statements

HOME = "/codigo-de-conduta"


def sign_in(browser, key: str, password: str = PASSWORD, **options):
    data = {"key": key, "password": password, "next": HOME, **options.pop("data", {})}
    return browser.post("/entrar", data=data, **options)


def is_in(browser) -> bool:
    return "/sair" in browser.get(HOME).text


@pytest.mark.parametrize("key", ["529.982.247-25", "ana@exemplo.example"])
def test_sign_in_redirects_to_the_requested_page(browser, key: str) -> None:
    ana = browser()
    answer = sign_in(ana, key)
    assert (answer.status_code, answer.location) == (303, HOME)
    assert is_in(ana)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie


def test_htmx_redirects_after_sign_in_and_a_refusal_swaps_only_the_message(browser) -> None:
    refused = sign_in(browser(), CPFS["ana"], "errada", headers=HTMX)
    assert refused.status_code == 422
    assert "não conferem" in refused.text
    assert "<input" not in refused.text
    done = sign_in(browser(), CPFS["ana"], headers=HTMX)
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, HOME)


def test_a01_v6_3_8_every_wrong_sign_in_gets_the_same_answer(browser, iris: Person) -> None:
    iris.locked_at = clock.now()
    db.session.commit()
    keys = [
        "529.982.247-25",
        "153.509.460-56",
        "52998224724",
        "000.000.000-00",
        "abc",
        "314.159.265-90",
        "135.792.468-28",
    ]
    answers = [sign_in(browser(), key, "errada", environ_base={"REMOTE_ADDR": f"198.51.100.{place}"})
               for place, key in enumerate(keys)]  # fmt: skip
    assert {answer.status_code for answer in answers} == {422}
    assert len({masked(answer.text) for answer in answers}) == 1
    assert len({tuple(sorted(set(answer.headers.keys()))) for answer in answers}) == 1
    assert "CPF, e-mail ou senha não conferem." in answers[0].text


def masked(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_a01_an_email_is_rendered_back_but_never_a_cpf_or_password(browser) -> None:
    page = sign_in(browser(), "ninguem@exemplo.example", "minha-senha-secreta").text
    assert 'value="ninguem@exemplo.example"' in page
    assert "minha-senha-secreta" not in page
    for typed in ("529.982.247-25", "52998224724", "52998224725@x"):
        assert typed not in sign_in(browser(), typed, "errada").text


def test_a02_v6_3_8_the_statements_are_the_same_with_or_without_an_account(browser) -> None:
    sent = []
    for key in (CPFS["ana"], "153.509.460-56"):
        one = browser()
        one.get("/entrar")
        with statements() as made:
            sign_in(one, key, "errada")
        sent.append(list(made))
    assert sent[0] == sent[1]


def test_a19_no_transaction_is_open_while_hashing(browser, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = passwords.verify

    def matches(password: str, kept: str | None) -> bool:
        seen.append(db.session().in_transaction())
        return real(password, kept)

    monkeypatch.setattr(passwords, "verify", matches)
    mine = browser()
    sign_in(mine, "ana@exemplo.example", "errada")
    sign_in(mine, "ana@exemplo.example")
    sign_in(mine, "bruno@exemplo.example")
    assert seen == [False] * 3


def test_a03_the_sixth_attempt_is_told_how_long_to_wait(browser) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(5):
            assert sign_in(browser(), CPFS["ana"], "errada").status_code == 422
        answer = sign_in(browser(), CPFS["ana"])
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert "Espere 5 min" in answer.text


def test_a04_an_ipv6_subscriber_counts_as_one_network(browser) -> None:
    for place in range(10):
        sign_in(browser(), f"p{place}@exemplo.example", "x", environ_base={"REMOTE_ADDR": f"2001:db8:0:1::{place}"})
    there = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "2001:db8:0:1:ffff::1"})
    elsewhere = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "2001:db8:0:2::1"})
    assert (there.status_code, elsewhere.status_code) == (429, 303)


def test_a04_an_ipv6_48_has_fifty_wrong_attempts_in_all(browser) -> None:
    for place in range(50):
        signing_in.record_attempt(f"p{place}@exemplo.example", networks.network_of([f"2001:db8:0:{place // 10}::1"]))
    there = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "2001:db8:0:77::1"})
    elsewhere = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "2001:db8:1::1"})
    assert (there.status_code, elsewhere.status_code) == (429, 303)


def test_a04_ipv4_mapped_addresses_are_separate_networks(browser) -> None:
    for place in range(10):
        sign_in(browser(), f"p{place}@exemplo.example", "x", environ_base={"REMOTE_ADDR": "::ffff:203.0.113.1"})
    there = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "203.0.113.1:50001"})
    elsewhere = sign_in(browser(), "ana@exemplo.example", environ_base={"REMOTE_ADDR": "::ffff:203.0.113.2"})
    assert (there.status_code, elsewhere.status_code) == (429, 303)


def test_a04_a_flood_of_wrong_passwords_is_logged_as_an_error(browser, events, monkeypatch) -> None:
    """One password for many CPFs from many networks: only the log shows it."""
    monkeypatch.setattr(signing_in, "MAX_OVERALL", 3)
    keys = [*CPFS.values(), "153.509.460-56", "ninguem@exemplo.example"]
    answers = [
        sign_in(browser(), key, "senha123", environ_base={"REMOTE_ADDR": f"198.51.100.{place}"})
        for place, key in enumerate(keys)
    ]
    assert {answer.status_code for answer in answers} == {422}, "a flood slows down, and keeps nobody out"
    assert sign_in(browser(), "ninguem@exemplo.example", "senha123").status_code == 429
    alerts = [one for one in events if one["log_level"] == "error"]
    assert {one["event"] for one in alerts} == {"accounts:sign_in:flooded"}
    assert len(alerts) == len(keys) - 3 + 1


def test_v16_3_1_sign_in_and_sign_out_are_logged_without_a_cpf(browser, events, ana: Person, iris: Person) -> None:
    iris.locked_at = clock.now()
    mine = browser()
    sign_in(mine, CPFS["ana"], "errada")
    sign_in(mine, CPFS["ana"])
    mine.post("/sair")
    sign_in(browser(), CPFS["iris"])
    ours = [(one["event"], one.get("person") or one.get("refusal")) for one in events if one["event"].startswith("acc")]
    assert ours == [
        ("accounts:person:sign_in_refused", "WrongCredentials"),
        ("accounts:person:signed_in", ana.id),
        ("accounts:person:signed_out", None),
        ("accounts:person:sign_in_refused", "AccountLocked"),
    ]
    assert not [cpf for cpf in CPFS.values() if cpf in str(events)]


def test_a13_v7_2_4_sign_in_discards_the_previous_session(browser, ana: Person) -> None:
    victim, attacker = browser(), browser(ana)
    with attacker.session_transaction() as planted, victim.session_transaction() as session:
        session.update(planted)
        session["smuggled"] = "1"
    token = held(victim)
    sign_in(victim, "bruno@exemplo.example")
    assert held(victim) != token
    with victim.session_transaction() as session:
        assert "smuggled" not in session
    assert not is_in(attacker), "the browser's previous session ended"


def test_a13_v7_2_4_v7_4_1_the_old_cookie_is_invalid_after_sign_out_and_after_a_new_sign_in(
    browser, bruno: Person
) -> None:
    mine, thief = browser(), browser()
    sign_in(mine, "ana@exemplo.example")
    copy(mine, thief)
    assert is_in(thief)
    assert mine.post("/sair").status_code == 303
    assert not is_in(mine)
    assert not is_in(thief)
    sign_in(mine, "ana@exemplo.example")
    copy(mine, thief)
    sign_in(mine, "ana@exemplo.example")
    assert is_in(mine)
    assert not is_in(thief)


def held(browser) -> str | None:
    with browser.session_transaction() as session:
        return session.get("_user_id")


def copy(one, other) -> None:
    with one.session_transaction() as held:
        cookie = dict(held)
    with other.session_transaction() as session:
        session.clear()
        session.update(cookie)


def test_the_chosen_language_survives_sign_in(browser) -> None:
    ana = browser()
    ana.post("/preferencias", data={"lang": "en", "back": "/"}, csrf=False)
    sign_in(ana, "ana@exemplo.example")
    assert '<html lang="en"' in ana.get(HOME).text


def test_the_sign_in_page_redirects_signed_in_people(browser, ana: Person) -> None:
    assert browser(ana).get(f"/entrar?next={HOME}").location == HOME
    assert browser(ana).get("/entrar?next=/entrar").location == "/"


OUTSIDE = ["//x.example", "/\\x.example", "\\\\x.example", "/\t/x.example", "/\n//x.example", "https:x.example", "https://x.example",
           "javascript:alert(1)", "data:text/html,x", "//user@x.example", " /ok", "/" + "a" * 8000, "", "x", "http:///x", "/%zz\r\nX: y",
           "///x.example", "/\x00", "/\x7f", "//[::1", "\u3002\u3002/x"]  # fmt: skip
INSIDE = ["/ideias/12-nota?x=1", "/%2f%2fx.example", "/.//x.example", "/@x.example", "/。。/x"]


@pytest.mark.parametrize("onward", OUTSIDE)
def test_a16_v3_7_2_sign_in_never_redirects_to_another_site(browser, onward: str) -> None:
    assert sign_in(browser(), "ana@exemplo.example", data={"next": onward}).location == "/"
    assert browser().get("/entrar", query_string={"next": onward}).status_code == 200


@pytest.mark.parametrize("onward", INSIDE)
def test_a16_sign_in_redirects_to_paths_of_the_portal(browser, onward: str) -> None:
    answer = sign_in(browser(), "ana@exemplo.example", data={"next": onward})
    assert answer.status_code == 303
    assert re.match(r"/[^/\\]", answer.location)


def test_a17_v3_5_1_sign_in_and_sign_out_require_a_csrf_token(browser, ana: Person) -> None:
    assert (
        browser().post("/entrar", data={"key": "ana@exemplo.example", "password": PASSWORD}, csrf=False).status_code
        == 400
    )
    mine = browser(ana)
    assert mine.post("/sair", csrf=False).status_code == 400
    assert mine.get("/sair").status_code == 405
    assert sign_in(browser(), "ana@exemplo.example", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert sign_in(browser(), "ana@exemplo.example", headers={"Origin": "https://x.example"}).status_code == 403
    assert is_in(mine)


def test_a18_a_password_of_a_megabyte_is_refused_before_hashing(browser) -> None:
    assert sign_in(browser(), "ana@exemplo.example", "a" * 1_000_000).status_code == 413
    assert sign_in(browser(), "ana@exemplo.example", "a" * 400_000).status_code == 422


def test_a11_extra_fields_change_nothing(browser, ana: Person) -> None:
    mine = browser()
    sign_in(
        mine, "ana@exemplo.example", data={"person_id": "5", "role": "operator", "company_id": "2", "_user_id": "x"}
    )
    assert db.session.scalars(select(Session.person_id)).one() == ana.id
    assert db.session.scalars(select(StaffRole).where(StaffRole.person_id == ana.id)).all() == []


def test_a_locked_account_is_reported_only_after_the_correct_password(browser, ana: Person) -> None:
    ana.locked_at = clock.now()
    answer = sign_in(browser(), "ana@exemplo.example")
    assert answer.status_code == 422
    assert "bloqueada por segurança" in answer.text
    assert db.session.scalars(select(SignIn.outcome)).one() == "locked"


def test_v7_2_1_an_unknown_token_is_a_visitor(browser) -> None:
    """Even with a valid signature: only the rows of the database count."""
    forger = browser()
    with forger.session_transaction() as session:
        session["_user_id"] = "x" * 43
    assert not is_in(forger)


@pytest.mark.parametrize("key", ["another-key-of-somebody-else-0123456789", "", "a-secret-for-tests-only-0123456789 "])
def test_v9_1_1_a_cookie_signed_with_another_key_is_ignored(app, browser, ana: Person, key: str) -> None:
    mine = browser(ana)
    with mine.session_transaction() as session:
        held = dict(session)
    forged = URLSafeTimedSerializer(
        key, salt="cookie-session", serializer=app.session_interface.serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    ).dumps(held)  # fmt: skip
    thief = browser()
    thief.set_cookie("session", forged)
    assert not is_in(thief)
    right = mine.get_cookie("session")
    thief.set_cookie("session", right.value)
    assert is_in(thief), "with the portal's key the cookie is valid"
    for place in (0, len(right.value) // 2, len(right.value) - 2):
        thief.set_cookie(
            "session", right.value[:place] + ("A" if right.value[place] != "A" else "B") + right.value[place + 1 :]
        )
        assert not is_in(thief)


def test_v9_2_1_a_cookie_expires_with_the_longest_session(browser, ana: Person) -> None:
    """Even if its row still exists."""
    with time_machine.travel(clock.now(), tick=False) as travel:
        mine = browser(ana)
        travel.shift(sessions.CUSTOMER_LIMITS.total.total_seconds() + 1)
        row = db.session.scalars(select(Session)).one()
        row.created_at = row.last_used_at = clock.now()
        assert not is_in(mine)


def test_the_sign_in_page_sets_a_csrf_token_and_is_not_cached(browser, ana: Person) -> None:
    answer = browser().get("/entrar")
    assert 'name="csrf_token"' in answer.text
    assert "Set-Cookie" in answer.headers
    assert browser(ana).get(HOME).headers["Cache-Control"] == "no-store"
