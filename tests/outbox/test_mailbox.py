"""/painel/correio: the mails that did not leave, since no server is named."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from ideas import clock
from ideas.db import db
from ideas.outbox import composing, transports
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.emails import Letter
from ideas.outbox.kinds import Words
from ideas.outbox.models import Letter as Row
from ideas.outbox.recording import record
from tests.conftest import statements
from tests.outbox.test_delivery import jobs_asked_for


@pytest.fixture
def folder(app: Flask) -> Path:
    path = app.extensions["settings"].instance_path / transports.FOLDER
    for old in path.glob("*.eml"):
        old.unlink()
    return path


def put(app: Flask, subject: str = "Olá, Ana") -> None:
    letter = Letter(to="ana@exemplo.example", subject=Words(subject), paragraphs=[Words("Bem-vinda.")])
    with transports.opened(app.extensions["settings"]) as post:
        post.send(composing.compose(letter))


def test_operators_read_what_did_not_leave(app: Flask, folder: Path, browser, iris) -> None:
    put(app)
    page = browser(iris).get("/painel/correio").text
    assert "Olá, Ana" in page
    name = next(folder.glob("*.eml")).stem
    assert "Bem-vinda." in browser(iris).get(f"/painel/correio/{name}").text
    letter = browser(iris).get(f"/painel/correio/{name}/carta")
    assert "Bem-vinda." in letter.text
    assert letter.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in letter.headers["Content-Security-Policy"]


def test_nobody_else_does(app: Flask, folder: Path, browser, ana, elisa) -> None:
    put(app)
    name = next(folder.glob("*.eml")).stem
    for path in ("", f"/{name}", f"/{name}/carta"):
        assert browser().get(f"/painel/correio{path}").status_code == 303
        assert browser(ana).get(f"/painel/correio{path}").status_code == 403
        assert browser(elisa).get(f"/painel/correio{path}").status_code == 403


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret_key", "20260101T000000000000-aaaaaaaa"])
def test_a_name_that_is_no_mail_is_not_found(folder: Path, browser, iris, name: str) -> None:
    assert browser(iris).get(f"/painel/correio/{name}").status_code == 404


def test_the_mails_are_their_owners_alone(app: Flask, folder: Path) -> None:
    put(app)
    assert folder.stat().st_mode & 0o077 == 0
    assert next(folder.glob("*.eml")).stat().st_mode & 0o077 == 0


def test_an_empty_box_says_so(folder: Path, browser, iris) -> None:
    assert "Nenhuma mensagem ainda" in browser(iris).get("/painel/correio").text


def given_up(key: str) -> Row:
    event = record("password_changed", thing="person", thing_id=1, by=None)
    event.delivered_at = clock.now()
    row = Row(event_id=event.id, recipient_key=key, tries=3, next_try_at=None, given_up_at=clock.now(),
                  fault="550 no such user")  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def test_operators_see_what_could_not_be_delivered_and_send_it_again(folder: Path, browser, iris, ana, postman) -> None:
    row, mine = given_up(str(ana.id)), browser(iris)
    page = mine.get("/painel/correio").text
    assert "550 no such user" in page
    assert f"/painel/pessoas/{ana.id}" in page
    assert mine.post(f"/painel/correio/cartas/{row.id}/tentar").status_code == 303
    assert [mail["Subject"] for mail in postman.round()][-1:] == ["Sua senha foi trocada"]
    assert "550 no such user" not in mine.get("/painel/correio").text
    assert mine.post(f"/painel/correio/cartas/{row.id}/tentar").status_code == 404


def test_operators_see_what_was_never_told_however_old_and_have_it_told(folder: Path, browser, iris, ana) -> None:
    """The sweep asks again for a week; what failed for longer is lost to nobody's sight."""
    made = [record("password_changed", thing="person", thing_id=ana.id, by=None) for _ in range(3)]
    for event, age in zip(made, (timedelta(days=30), timedelta(minutes=16), timedelta(minutes=14)), strict=True):
        event.recorded_at = clock.now() - age
    db.session.commit()
    deliveries = [f"/painel/correio/avisos/{event.id}/tentar" for event in made]
    mine = browser(iris)
    page = mine.get("/painel/correio").text
    assert [address in page for address in deliveries] == [True, True, False]
    before = jobs_asked_for()
    assert mine.post(deliveries[0]).status_code == 303
    assert jobs_asked_for() == before + 1
    deliver_pending()
    assert "Avisos atrasados" not in mine.get("/painel/correio").text
    assert mine.post(deliveries[0]).status_code == 404


def test_the_page_of_letters_asks_the_database_little(folder: Path, browser, iris) -> None:
    for number in range(5):
        given_up(f"p{number}@exemplo.example")
    mine = browser(iris)
    with statements() as sent:
        mine.get("/painel/correio")
    assert len(sent) <= 5
