"""The pages of the code: open to everyone, in three languages, with an address for every version."""

import pytest
from flask import Flask

from ideas.conduct import publishing
from ideas.conduct.models import ConductAcceptance, ConductRule, ConductVersion
from ideas.db import db
from tests.conftest import statements


@pytest.fixture(autouse=True)
def shipped() -> None:
    """Publish the shipped code instead of the test data's."""
    for table in (ConductAcceptance, ConductRule, ConductVersion):
        db.session.query(table).delete()
    publishing.publish_shipped()
    db.session.commit()


def test_the_code_is_public_and_each_rule_has_an_anchor(browser) -> None:
    page = browser().get("/codigo-de-conduta").text
    assert page.count("<h1") == 1
    assert 'id="regra-1"' in page
    assert "Trate as pessoas com respeito" in page
    assert 'href="/codigo-de-conduta/1"' in page
    assert "Esta versão não está mais em vigor." not in page


@pytest.mark.parametrize(("language", "words"), [("es", "Trate a las personas con respeto"), ("en", "Treat people with respect"),
                                                 ("fr", "Trate as pessoas com respeito")])  # fmt: skip
def test_the_code_is_shown_in_the_readers_language(browser, language: str, words: str) -> None:
    assert words in browser().get("/codigo-de-conduta", headers={"Accept-Language": language}).text


def test_an_earlier_version_says_that_it_is_not_current(browser) -> None:
    earlier = browser().get("/codigo-de-conduta/1")
    assert earlier.status_code == 200
    assert "Esta versão não está mais em vigor." in earlier.text
    assert browser().get("/codigo-de-conduta/2").status_code == 200


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999", "x", "-1", "1.5"])
def test_c14_an_unknown_version_is_not_found(browser, number: str) -> None:
    assert browser().get(f"/codigo-de-conduta/{number}").status_code == 404


def test_the_page_sets_no_cookie_and_sends_two_statements(browser) -> None:
    with statements() as sent:
        answer = browser().get("/codigo-de-conduta")
    assert "Set-Cookie" not in answer.headers
    assert len(sent) == 2


def test_the_code_stays_public_when_reading_is_for_members_only(app: Flask, browser) -> None:
    from dataclasses import replace

    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, portal_reading="members")
    try:
        assert browser().get("/codigo-de-conduta").status_code == 200
        assert browser().get("/entrar").status_code == 200
    finally:
        app.extensions["settings"] = settings
