"""/notificacoes/preferencias, and the link that ends mail without signing in."""

import re

import pytest

from ideas.accounts import identifying
from ideas.accounts.models import Person
from ideas.db import db
from ideas.notifications import preferences
from ideas.notifications.preferences import Choice, Topic
from ideas.outbox.models import RefusedAddress
from tests.conftest import statements

PAGE = "/notificacoes/preferencias"
ALL = {"results": "at_once", "news": "digest", "tickets": "at_once", "personal": "at_once", "hour": "8"}


def test_ana_chooses_what_is_mailed_and_when(browser, ana: Person) -> None:
    mine = browser(ana)
    assert mine.post(PAGE, data={**ALL, "news": "never", "hour": "18"}).status_code == 303
    mail = preferences.chosen_by(ana.id)
    assert (mail.choices[Topic.NEWS], mail.choices[Topic.RESULTS], mail.hour) == (Choice.NEVER, Choice.AT_ONCE, 18)
    never = re.search(r'<input[^>]*name="news"[^>]*value="never"[^>]*>', mine.get(PAGE).text)
    assert never is not None
    assert "checked" in never[0]


@pytest.mark.parametrize("wrong", [{"news": "hourly"}, {"hour": "3"}, {"hour": "x"}, {"results": ""}])
def test_what_is_no_choice_is_refused(browser, ana: Person, wrong: dict[str, str]) -> None:
    assert browser(ana).post(PAGE, data={**ALL, **wrong}).status_code == 422
    assert preferences.chosen_by(ana.id).choices == preferences.USUAL


def test_the_page_asks_the_database_little(browser, ana: Person) -> None:
    mine = browser(ana)
    with statements() as sent:
        assert mine.get(PAGE).status_code == 200
    assert len(sent) <= 5


def test_whoever_refused_our_mail_is_told_so(browser, ana: Person) -> None:
    db.session.add(RefusedAddress(address="ana@exemplo.example"))
    assert "recusou as nossas mensagens" in browser(ana).get(PAGE).text


def link(person: Person, *topics: Topic) -> str:
    return f"/notificacoes/sair/{preferences.link_token(person.id, topics)}"


def test_e06_one_click_ends_it_without_signing_in(browser, ana: Person) -> None:
    """As a mail program sends it: no cookie, no token, no page before."""
    answer = browser().post(link(ana, Topic.NEWS), data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    mail = preferences.chosen_by(ana.id)
    assert mail.choices[Topic.NEWS] is Choice.NEVER
    assert mail.choices[Topic.RESULTS] is Choice.AT_ONCE
    assert browser().post(link(ana, Topic.NEWS), csrf=False).status_code == 200, "twice is harmless"


def test_e06_following_the_link_only_shows(browser, ana: Person) -> None:
    page = browser().get(link(ana, Topic.NEWS, Topic.RESULTS))
    assert page.status_code == 200
    assert "Desligar estes e-mails" in page.text
    assert preferences.chosen_by(ana.id).choices == preferences.USUAL


@pytest.mark.parametrize("place", range(0, 40, 5))
def test_e06_v9_1_1_v9_2_2_a_link_that_was_changed_is_refused(browser, ana: Person, bruno: Person, place: int) -> None:
    whole = link(ana, Topic.NEWS)
    broken = whole[: -1 - place] + chr(ord(whole[-1 - place]) ^ 1) + whole[len(whole) - place :]
    other = whole.replace(f"/{ana.id}-", f"/{bruno.id}-")
    words = f"{ana.id}-news"
    another_purpose = f"/notificacoes/sair/{words}-{identifying.keyed_hash(f'ideas/familiar{words}')[:40]}"
    for address in (broken, other, another_purpose, "/notificacoes/sair/x", "/notificacoes/sair/1-news-"):
        assert browser().get(address).status_code == 404
        assert browser().post(address, csrf=False).status_code == 404
    assert preferences.chosen_by(bruno.id).choices == preferences.USUAL
