"""/perfil/senha and /perfil/email: changing the password and the email."""

import pytest
from sqlalchemy import select

from ideas.accounts.models import Person, Session, SignIn
from ideas.db import db
from tests.cast import PASSWORD
from tests.conftest import statements
from tests.fake_transport import link_in, text_of

NEW = "uma frase nova e comprida"


def change(browser, current: str = PASSWORD, new: str = NEW):
    return browser.post("/perfil/senha", data={"current_password": current, "password": new})


def move(browser, email: str = "Nova@exemplo.example", password: str = PASSWORD):
    return browser.post("/perfil/email", data={"email": email, "current_password": password})


def test_v6_3_7_v7_4_3_changing_the_password_ends_the_other_sessions(browser, transport, ana: Person) -> None:
    mine, other = browser(ana), browser(ana)
    assert change(mine).status_code == 303
    assert mine.get("/perfil").status_code == 200
    assert other.get("/perfil").status_code == 303
    assert browser().post("/entrar", data={"key": ana.email, "password": NEW}).status_code == 303
    (mail,) = transport.deliver()
    assert mail["Subject"] == "Sua senha foi trocada"
    assert PASSWORD not in text_of(mail)


@pytest.mark.parametrize("current", ["", "errada", PASSWORD + "x"])
def test_v6_2_3_the_current_password_is_required(browser, ana: Person, current: str) -> None:
    answer = change(browser(ana), current)
    assert answer.status_code == 422
    assert NEW not in answer.text
    assert browser().post("/entrar", data={"key": ana.email, "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("new", ["", "curta", "senha123", "Ana Ribeiro 7", "central de ideias"])
def test_a_weak_password_is_refused_before_the_current_one_is_verified(browser, ana: Person, new: str) -> None:
    assert change(browser(ana), new=new).status_code == 422
    assert db.session.scalars(select(SignIn)).all() == []


def test_v6_3_1_a_stolen_session_has_ten_attempts_at_the_password(browser, ana: Person) -> None:
    thief = browser(ana)
    assert [change(thief, "errada").status_code for _ in range(11)] == [422] * 10 + [429]
    assert change(thief).status_code == 429
    owner = browser().post(
        "/entrar", data={"key": ana.email, "password": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert owner.status_code == 303


def test_v6_3_7_changing_the_email_notifies_the_old_address(browser, transport, bruno: Person) -> None:
    mine = browser(bruno)
    assert move(mine).status_code == 303
    (asked,) = transport.deliver()
    assert transport.recipients == ["nova@exemplo.example"]
    assert bruno.email == "bruno@exemplo.example", "nothing changed yet"
    link = link_in(asked)
    assert "nova@exemplo.example" in browser().get(link).text
    assert bruno.email == "bruno@exemplo.example", "a GET does not spend the link"
    assert browser().post(link).status_code == 303
    assert bruno.email == "nova@exemplo.example"
    (told,) = transport.deliver()
    assert transport.recipients[-1] == "bruno@exemplo.example"
    assert "nova@exemplo.example" not in text_of(told), "someone else may own the old mailbox now"
    assert mine.get("/perfil").status_code == 200, "nobody is signed out"
    assert browser().get(link).status_code == 410


def test_v7_5_1_changing_the_email_requires_the_password(browser, transport, bruno: Person) -> None:
    assert move(browser(bruno), password="errada").status_code == 422
    assert transport.deliver() == []


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "bruno@exemplo.example"]
)
def test_an_invalid_or_unchanged_email_is_refused(browser, transport, bruno: Person, email: str) -> None:
    assert move(browser(bruno), email).status_code == 422
    assert transport.deliver() == []


def test_v6_3_8_the_answer_for_an_email_in_use_is_the_same_and_its_owner_is_notified(
    browser, transport, ana: Person, bruno: Person
) -> None:
    free, taken = move(browser(bruno), "livre@exemplo.example"), move(browser(bruno), "ana@exemplo.example")
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    mails = dict(zip([mail["Subject"] for mail in transport.deliver()], transport.recipients, strict=True))
    assert mails["Este e-mail já tem cadastro"] == "ana@exemplo.example"
    assert ana.email == "ana@exemplo.example"


def test_a06_an_email_taken_meanwhile_is_refused_and_only_the_newest_link_works(browser, transport, ana, bruno) -> None:
    move(browser(bruno), "um@exemplo.example")
    (first,) = transport.deliver()
    move(browser(bruno), "dois@exemplo.example")
    (second,) = transport.deliver()
    assert browser().post(link_in(first)).status_code == 410
    ana.email = "dois@exemplo.example"
    assert browser().post(link_in(second)).status_code == 409
    assert bruno.email == "bruno@exemplo.example"


def test_a12_v2_3_2_a_person_may_request_five_email_changes_a_day(browser, transport, bruno: Person) -> None:
    mine = browser(bruno)
    answers = [move(mine, f"n{place}@exemplo.example").status_code for place in range(6)]
    assert answers == [303] * 5 + [429]


def test_a18_accents_in_another_unicode_form_are_the_same_password(browser, ana: Person) -> None:
    change(browser(ana), new="maçã é fruta boa")
    typed = "maçã é fruta boa"
    assert browser().post("/entrar", data={"key": ana.email, "password": typed}).status_code == 303


@pytest.mark.parametrize("page", ["/perfil/senha", "/perfil/email"])
def test_the_pages_send_few_statements(browser, ana: Person, page: str) -> None:
    mine = browser(ana)
    with statements() as sent:
        assert mine.get(page).status_code == 200
    assert len(sent) <= 2


def test_the_session_that_changes_the_password_stays(browser, ana: Person) -> None:
    browser(ana)
    change(browser(ana))
    assert len(db.session.scalars(select(Session)).all()) == 1
