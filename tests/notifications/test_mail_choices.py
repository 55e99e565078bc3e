"""/notificacoes/preferencias, and the unsubscribe link."""

import re

import pytest

from ideas.accounts import identifying
from ideas.accounts.models import Person
from ideas.db import db
from ideas.notifications import preferences
from ideas.notifications.preferences import MailFrequency, Topic
from ideas.outbox.models import RefusedAddress
from ideas.web import panels
from tests.conftest import statements

PAGE = "/notificacoes/preferencias"
ALL = {"results": "at_once", "news": "digest", "tickets": "at_once", "personal": "at_once", "hour": "8"}


def test_preferences_are_saved(browser, ana: Person) -> None:
    mine = browser(ana)
    assert mine.post(PAGE, data={**ALL, "news": "never", "hour": "18"}).status_code == 303
    stored = preferences.load(ana.id)
    assert (stored.frequencies[Topic.NEWS], stored.frequencies[Topic.RESULTS], stored.hour) == (
        MailFrequency.NEVER,
        MailFrequency.AT_ONCE,
        18,
    )
    never = re.search(r'<input[^>]*name="news"[^>]*value="never"[^>]*>', mine.get(PAGE).text)
    assert never is not None
    assert "checked" in never[0]


@pytest.mark.parametrize("wrong", [{"news": "hourly"}, {"hour": "3"}, {"hour": "x"}, {"results": ""}])
def test_invalid_choices_are_rejected(browser, ana: Person, wrong: dict[str, str]) -> None:
    assert browser(ana).post(PAGE, data={**ALL, **wrong}).status_code == 422
    assert preferences.load(ana.id).frequencies == preferences.DEFAULT_FREQUENCIES


def test_page_needs_few_statements(browser, ana: Person) -> None:
    mine = browser(ana)
    with statements() as sent:
        assert mine.get(PAGE).status_code == 200
    assert len(sent) <= 5 + panels.count("notifications.preferences")


def test_page_shows_and_saves_the_defaults_of_following(browser, ana: Person) -> None:
    mine = browser(ana)
    assert "O que seguir traz, por padrão" in mine.get(PAGE).text
    answer = mine.post("/seguir/padrao", data={"voted": "results", "commented": "nothing", "back": PAGE})
    assert answer.location.endswith(PAGE)
    assert '<option value="results" selected>' in mine.get(PAGE).text


def test_page_says_that_the_address_rejected_an_email(browser, ana: Person) -> None:
    db.session.add(RefusedAddress(address="ana@exemplo.example"))
    assert "recusou as nossas mensagens" in browser(ana).get(PAGE).text


def link(person: Person, *topics: Topic) -> str:
    return f"/notificacoes/sair/{preferences.unsubscribe_token(person.id, topics)}"


def test_e06_one_click_unsubscribes_without_signing_in(browser, ana: Person) -> None:
    """A mail program sends no cookie and no CSRF token."""
    answer = browser().post(link(ana, Topic.NEWS), data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    stored = preferences.load(ana.id)
    assert stored.frequencies[Topic.NEWS] is MailFrequency.NEVER
    assert stored.frequencies[Topic.RESULTS] is MailFrequency.AT_ONCE
    assert browser().post(link(ana, Topic.NEWS), csrf=False).status_code == 200, "unsubscribing is idempotent"


def test_e06_get_of_the_unsubscribe_link_changes_nothing(browser, ana: Person) -> None:
    page = browser().get(link(ana, Topic.NEWS, Topic.RESULTS))
    assert page.status_code == 200
    assert "Desligar estes e-mails" in page.text
    assert preferences.load(ana.id).frequencies == preferences.DEFAULT_FREQUENCIES


@pytest.mark.parametrize("position", range(0, 40, 5))
def test_e06_v9_1_1_v9_2_2_forged_unsubscribe_link_is_rejected(
    browser, ana: Person, bruno: Person, position: int
) -> None:
    whole = link(ana, Topic.NEWS)
    broken = whole[: -1 - position] + chr(ord(whole[-1 - position]) ^ 1) + whole[len(whole) - position :]
    other = whole.replace(f"/{ana.id}-", f"/{bruno.id}-")
    payload = f"{ana.id}-news"
    another_purpose = f"/notificacoes/sair/{payload}-{identifying.keyed_hash(f'ideas/familiar{payload}')[:40]}"
    for address in (broken, other, another_purpose, "/notificacoes/sair/x", "/notificacoes/sair/1-news-"):
        assert browser().get(address).status_code == 404
        assert browser().post(address, csrf=False).status_code == 404
    assert preferences.load(bruno.id).frequencies == preferences.DEFAULT_FREQUENCIES
