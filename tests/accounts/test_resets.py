"""/esqueci-minha-senha: from the request to the new password, and what must not work."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import credentials, passwords, resetting, signing_in
from ideas.accounts.models import OneTimeLink, Person, Session, SignIn
from ideas.accounts.signing_in import SignInOutcome
from ideas.db import db
from ideas.outbox.models import Event
from tests.cast import CPFS, PASSWORD
from tests.conftest import statements
from tests.fake_transport import FakeTransport, link_in, text_of

ASK = "/esqueci-minha-senha"
NEW = "uma frase nova e comprida"


def ask(browser, key: str, **options):
    return browser.post(ASK, data={"key": key}, **options)


def link_for(browser, transport: FakeTransport, key: str = "ana@exemplo.example") -> str:
    ask(browser(), key)
    (mail,) = transport.deliver()
    return link_in(mail)


def choose(browser, link: str, password: str = NEW):
    return browser().post(link, data={"password": password})


def opens(browser, password: str, key: str = "ana@exemplo.example") -> bool:
    return browser().post("/entrar", data={"key": key, "password": password}).status_code == 303


@pytest.mark.parametrize("key", [CPFS["ana"], "ana@exemplo.example", "ANA@exemplo.example "])
def test_the_link_in_the_email_sets_a_new_password(browser, transport, ana: Person, key: str) -> None:
    there, elsewhere = browser(), browser(ana)
    assert ask(there, key).location == f"{ASK}/enviado"
    (mail,) = transport.deliver()
    assert transport.recipients == ["ana@exemplo.example"]
    assert "1 hora" in text_of(mail)
    link = link_in(mail)
    assert "Criar uma senha nova" in there.get(link).text
    done = there.post(link, data={"password": NEW})
    assert (done.status_code, done.location) == (303, "/entrar")
    assert "Senha trocada. Entre com a nova." in there.get("/entrar").text
    assert elsewhere.get("/perfil").status_code == 303, "every session ended"
    assert opens(browser, NEW)
    assert not opens(browser, PASSWORD)


def test_v6_3_7_the_change_is_notified_by_email(browser, transport, ana: Person) -> None:
    choose(browser, link_for(browser, transport))
    (mail,) = transport.deliver()
    assert transport.recipients[-1] == "ana@exemplo.example"
    assert mail["Subject"] == "Sua senha foi trocada"
    assert "Se não foi você" in text_of(mail)


def test_v6_4_3_setting_the_password_does_not_sign_in(browser, transport) -> None:
    mine = browser()
    mine.post(link_for(browser, transport), data={"password": NEW})
    assert mine.get("/perfil").status_code == 303


@pytest.mark.parametrize("password", ["breve", "senha123", "ana ribeiro", "x" * 1_000])
def test_a_refused_password_does_not_spend_the_link(browser, transport, password: str) -> None:
    link = link_for(browser, transport)
    answer = choose(browser, link, password)
    assert answer.status_code == 422
    assert password not in answer.text
    assert choose(browser, link).status_code == 303


# --- links that don't work ---------------------------------------------------------------------


def refused(browser, link: str) -> None:
    for answer in (browser().get(link), choose(browser, link)):
        assert answer.status_code == 410
        assert "Este link não vale mais" in answer.text


def test_a06_v6_4_1_a_link_works_once(browser, transport) -> None:
    link = link_for(browser, transport)
    choose(browser, link)
    refused(browser, link)
    assert not opens(browser, PASSWORD)


def test_a06_only_the_newest_link_works(browser, transport) -> None:
    old, new = link_for(browser, transport), link_for(browser, transport)
    refused(browser, old)
    assert choose(browser, new).status_code == 303


def test_a06_v6_4_1_v9_2_1_a_link_expires_after_one_hour(browser, transport) -> None:
    link = link_for(browser, transport)
    with time_machine.travel(clock.now() + timedelta(minutes=59)):
        assert browser().get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        refused(browser, link)


def test_a06_v9_1_1_v9_2_2_an_altered_token_or_one_of_another_purpose_does_not_work(
    browser, transport, ana: Person
) -> None:
    link = link_for(browser, transport)
    refused(browser, link[:-1] + chr(ord(link[-1]) ^ 1))
    credentials.request_email_change(ana, "nova@exemplo.example", network="test")
    refused(browser, f"{ASK}/{credentials.create_email_link(ana.id)}")


@pytest.mark.parametrize("change", ["password", "email"])
def test_a06_changing_the_password_or_email_revokes_the_link(browser, transport, ana: Person, change: str) -> None:
    link = link_for(browser, transport)
    if change == "password":
        credentials.replace_password(ana, passwords.hash_password(NEW))
    else:
        credentials.request_email_change(ana, "nova@exemplo.example", network="test")
        credentials.confirm_email(credentials.create_email_link(ana.id))
    refused(browser, link)


@pytest.mark.parametrize("barred", ["locked_at", "closed_at"])
def test_v6_4_3_a_link_does_not_work_for_a_locked_or_closed_account(
    browser, transport, ana: Person, barred: str
) -> None:
    link = link_for(browser, transport)
    setattr(ana, barred, clock.now())
    refused(browser, link)
    assert passwords.verify(PASSWORD, ana.password_hash)


def test_a06_no_row_holds_the_plain_token(browser, transport) -> None:
    token = link_for(browser, transport).rpartition("/")[2]
    events = db.session.scalars(select(Event.data)).all()
    assert token not in str(events)
    assert db.session.scalar(select(func.count()).where(OneTimeLink.token_hash == token)) == 0


def test_a07_of_concurrent_uses_exactly_one_sets_the_password(at_once, browser, transport) -> None:
    token = link_for(browser, transport).rpartition("/")[2]

    def use(place: int) -> int:
        resetting.set_password(token, f"hash-{place}")
        db.session.commit()
        return place

    winners = [result for result in at_once(100, use) if isinstance(result, int)]
    assert len(winners) == 1
    kept = db.session.scalar(select(Person.password_hash).where(Person.email == "ana@exemplo.example"))
    assert kept == f"hash-{winners[0]}"


def test_a08_the_link_uses_the_configured_portal_url(browser, transport) -> None:
    evil = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    assert ask(browser(), "ana@exemplo.example", **evil).status_code == 400
    assert transport.deliver() == []
    mine, local = browser(), {"base_url": "http://127.0.0.1:1", "headers": {"X-Forwarded-Host": "evil.example"}}
    token = re.search(r'csrf_token" value="([^"]+)"', mine.get(ASK, **local).text)
    assert token is not None
    mine.post(ASK, data={"key": "ana@exemplo.example", "csrf_token": token[1]}, csrf=False, **local)
    (mail,) = transport.deliver()
    assert b"evil.example" not in mail.as_bytes()
    assert link_in(mail).startswith(f"{ASK}/")


def test_a10_fetching_the_link_does_not_spend_it(browser, transport) -> None:
    link = link_for(browser, transport)
    for _ in range(10):
        assert browser().get(link).status_code == 200
        assert browser().head(link).status_code == 200
    assert choose(browser, link).status_code == 303


def test_the_page_of_the_link_is_not_cached_and_sends_no_referrer_path(browser, transport) -> None:
    answer = browser().get(link_for(browser, transport))
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "strict-origin")


def test_a11_extra_fields_change_nothing(browser, transport, bruno: Person) -> None:
    link = link_for(browser, transport)
    extra = {"person_id": bruno.id, "user_id": bruno.id, "role": "operator", "token": "x", "company_id": 1}
    browser().post(link, data={"password": NEW, **extra})
    assert opens(browser, NEW)
    assert opens(browser, PASSWORD, "bruno@exemplo.example")


def test_a17_the_form_requires_a_csrf_token(browser, transport) -> None:
    link = link_for(browser, transport)
    assert browser().post(link, data={"password": NEW}, csrf=False).status_code == 400
    assert browser().post(ASK, data={"key": "x"}, csrf=False).status_code == 400


# --- the answer does not reveal which accounts exist -------------------------------------------

KEYS = ["ana@exemplo.example", CPFS["ana"], "153.509.460-56", "ninguem@exemplo.example", "abc", "000.000.000-00",
        "iris@exemplo.example"]  # fmt: skip


def test_v6_3_8_the_answer_is_the_same_with_or_without_an_account(browser, iris: Person) -> None:
    iris.locked_at = clock.now()
    answers, pages = [], set()
    for key in KEYS:
        mine = browser()
        answers.append(ask(mine, key))
        pages.add(re.sub(r'csrf_token" value="[^"]*"', "", mine.get(answers[-1].location).text))
    assert {(answer.status_code, answer.location, answer.data) for answer in answers} == {
        (303, f"{ASK}/enviado", answers[0].data)
    }
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert len(pages) == 1


def test_a02_v6_3_8_the_statements_are_the_same_with_or_without_an_account(browser) -> None:
    sent = []
    for key in (CPFS["ana"], "153.509.460-56"):
        mine = browser()
        mine.get(ASK)
        with statements() as made:
            ask(mine, key)
        sent.append(list(made))
    assert sent[0] == sent[1]


def test_no_email_is_sent_for_a_missing_or_locked_account(browser, transport, iris: Person) -> None:
    iris.locked_at = clock.now()
    for key in ("153.509.460-56", "ninguem@exemplo.example", "iris@exemplo.example"):
        ask(browser(), key)
    assert transport.deliver() == []


def test_a_cpf_is_neither_rendered_back_nor_stored(browser) -> None:
    assert "529.982" not in ask(browser(), "529.982.247-2").text
    ask(browser(), CPFS["ana"])
    assert "529982247" not in str(
        db.session.execute(select(SignIn.account_key, Event.data).join(Event, Event.id > 0)).all()
    )


def test_a12_v2_3_2_v2_4_1_a_person_receives_at_most_five_emails_a_day(browser, transport) -> None:
    """By CPF and by email, from many networks; the answer stays the same."""
    with time_machine.travel(clock.now(), tick=False) as now:
        for place in range(1000):
            key = (CPFS["ana"], "ana@exemplo.example")[place % 2]
            resetting.request_link(key, f"198.51.{place // 250}.{place % 250}", language="pt-BR")
        assert ask(browser(), "ana@exemplo.example").location == f"{ASK}/enviado"
        assert len(transport.deliver()) == resetting.MAX_PER_PERSON_AND_DAY
        now.shift(timedelta(days=1, minutes=1))
        ask(browser(), "ana@exemplo.example")
        assert len(transport.deliver()) == 1


def test_a12_requests_over_the_network_limit_get_the_same_answer_and_no_email(browser, transport) -> None:
    for place in range(40):
        assert ask(browser(), f"ninguem{place}@exemplo.example").location == f"{ASK}/enviado"
    assert (
        db.session.scalar(select(func.count()).where(SignIn.outcome == SignInOutcome.RESET))
        == resetting.MAX_PER_NETWORK_AND_HOUR
    )


def test_an_email_delayed_for_hours_is_not_sent(browser, transport) -> None:
    ask(browser(), "ana@exemplo.example")
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        assert transport.deliver() == []


def test_the_email_is_in_the_recipients_language(browser, transport, ana: Person) -> None:
    mine = browser()
    mine.set_cookie("lang", "es")
    ask(mine, "ana@exemplo.example")
    ana.language = "en"
    ask(mine, "ana@exemplo.example")
    subjects = {mail["Subject"] for mail in transport.deliver()}
    assert subjects == {"Choose a new password"}
    ana.language = None
    ask(mine, "ana@exemplo.example")
    assert transport.deliver()[0]["Subject"] == "Crea una contraseña nueva"


def test_strangers_leave_the_owner_two_emails_a_day_from_a_known_browser(browser, transport) -> None:
    mine = browser()
    mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD})
    mine.post("/sair")
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(40):
            ask(browser(), "ana@exemplo.example")
        assert len(transport.deliver()) == 5
        for _ in range(4):
            ask(mine, "ana@exemplo.example")
        assert len(transport.deliver()) == 2


def test_after_five_emails_a_stranger_still_gets_one_every_six_hours(browser, transport) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(7):
            ask(browser(), "ana@exemplo.example")
        assert len(transport.deliver()) == 5
        now.shift(timedelta(hours=6))
        for _ in range(3):
            ask(browser(), "ana@exemplo.example")
        assert len(transport.deliver()) == 1


# --- a flood of wrong passwords does not lock out the owner ------------------------------------


def flood(key: str = CPFS["ana"]) -> None:
    for place in range(signing_in.MAX_PER_KEY):
        signing_in.record_attempt(key, f"203.0.113.{place}")
    db.session.commit()


def test_a03_the_owner_can_sign_in_from_a_known_browser(browser) -> None:
    mine = browser()
    mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD})
    mine.post("/sair")
    flood()
    assert not opens(browser, PASSWORD, CPFS["ana"])
    assert mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD}).status_code == 303


def test_a03_the_owner_can_sign_in_after_a_reset(browser, transport) -> None:
    flood()
    link = link_for(browser, transport)
    mine = browser()
    mine.post(link, data={"password": NEW})
    assert mine.post("/entrar", data={"key": CPFS["ana"], "password": NEW}).status_code == 303


def test_a03_a_known_browser_has_five_attempts_too(browser) -> None:
    mine = browser()
    mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD})
    mine.post("/sair")
    tries = [mine.post("/entrar", data={"key": CPFS["ana"], "password": "errada"}).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_a03_a_browser_is_known_to_one_account_only(browser) -> None:
    mine = browser()
    mine.post("/entrar", data={"key": CPFS["bruno"], "password": PASSWORD})
    mine.post("/sair")
    flood()
    assert mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD}).status_code == 429
    mine.set_cookie("device", "made.up")
    assert mine.post("/entrar", data={"key": CPFS["ana"], "password": PASSWORD}).status_code == 429


def test_a14_v7_4_3_a_reset_ends_every_session(browser, transport, ana: Person) -> None:
    browsers = [browser(ana) for _ in range(50)]
    choose(browser, link_for(browser, transport))
    assert {one.get("/perfil").status_code for one in browsers} == {303}
    assert db.session.scalar(select(func.count()).select_from(Session)) == 0


def test_the_access_log_is_deleted_after_six_months() -> None:
    db.session.add(SignIn(account_key="x", network="old", outcome="in", at=clock.now() - timedelta(days=184)))
    db.session.add(SignIn(account_key="x", network="new", outcome="in", at=clock.now() - timedelta(days=182)))
    signing_in.delete_old_sign_ins()
    assert db.session.scalars(select(SignIn.network)).all() == ["new"]
