"""/painel/correio: emails in the folder, given up emails and overdue events."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from ideas import clock
from ideas.db import db
from ideas.outbox import composing, transports
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording
from ideas.outbox.models import QueuedEmail
from ideas.outbox.recording import record
from tests.conftest import statements
from tests.outbox.test_delivery import count_jobs


@pytest.fixture
def folder(app: Flask) -> Path:
    path = app.extensions["settings"].instance_path / transports.FOLDER
    for old in path.glob("*.eml"):
        old.unlink()
    return path


def write_email(app: Flask, subject: str = "Olá, Ana") -> None:
    email = Email(to="ana@exemplo.example", subject=Wording(subject), paragraphs=[Wording("Bem-vinda.")])
    with transports.open_transport(app.extensions["settings"]) as folder:
        folder.send(composing.compose(email))


def test_operators_read_emails_in_the_folder(app: Flask, folder: Path, browser, iris) -> None:
    write_email(app)
    page = browser(iris).get("/painel/correio").text
    assert "Olá, Ana" in page
    name = next(folder.glob("*.eml")).stem
    assert "Bem-vinda." in browser(iris).get(f"/painel/correio/{name}").text
    html = browser(iris).get(f"/painel/correio/{name}/carta")
    assert "Bem-vinda." in html.text
    assert html.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in html.headers["Content-Security-Policy"]


def test_other_people_cannot_read_them(app: Flask, folder: Path, browser, ana, elisa) -> None:
    write_email(app)
    name = next(folder.glob("*.eml")).stem
    for path in ("", f"/{name}", f"/{name}/carta"):
        assert browser().get(f"/painel/correio{path}").status_code == 303
        assert browser(ana).get(f"/painel/correio{path}").status_code == 403
        assert browser(elisa).get(f"/painel/correio{path}").status_code == 403


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret_key", "20260101T000000000000-aaaaaaaa"])
def test_unknown_name_is_not_found(folder: Path, browser, iris, name: str) -> None:
    assert browser(iris).get(f"/painel/correio/{name}").status_code == 404


def test_files_are_readable_only_by_their_owner(app: Flask, folder: Path) -> None:
    write_email(app)
    assert folder.stat().st_mode & 0o077 == 0
    assert next(folder.glob("*.eml")).stat().st_mode & 0o077 == 0


def test_empty_folder_shows_a_message(folder: Path, browser, iris) -> None:
    assert "Nenhuma mensagem ainda" in browser(iris).get("/painel/correio").text


def given_up(key: str) -> QueuedEmail:
    event = record("password_changed", thing="person", thing_id=1, by=None)
    event.delivered_at = clock.now()
    row = QueuedEmail(event_id=event.id, recipient_key=key, tries=3, next_try_at=None, given_up_at=clock.now(),
                  fault="550 no such user")  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def test_operators_retry_given_up_emails(folder: Path, browser, iris, ana, transport) -> None:
    row, mine = given_up(str(ana.id)), browser(iris)
    page = mine.get("/painel/correio").text
    assert "550 no such user" in page
    assert f"/painel/pessoas/{ana.id}" in page
    assert mine.post(f"/painel/correio/cartas/{row.id}/tentar").status_code == 303
    assert [mail["Subject"] for mail in transport.deliver()][-1:] == ["Sua senha foi trocada"]
    assert "550 no such user" not in mine.get("/painel/correio").text
    assert mine.post(f"/painel/correio/cartas/{row.id}/tentar").status_code == 404


def test_operators_retry_overdue_events_of_any_age(folder: Path, browser, iris, ana) -> None:
    """The sweep retries for a week; older events are listed too."""
    events = [record("password_changed", thing="person", thing_id=ana.id, by=None) for _ in range(3)]
    for event, age in zip(events, (timedelta(days=30), timedelta(minutes=16), timedelta(minutes=14)), strict=True):
        event.recorded_at = clock.now() - age
    db.session.commit()
    deliveries = [f"/painel/correio/avisos/{event.id}/tentar" for event in events]
    mine = browser(iris)
    page = mine.get("/painel/correio").text
    assert [address in page for address in deliveries] == [True, True, False]
    before = count_jobs()
    assert mine.post(deliveries[0]).status_code == 303
    assert count_jobs() == before + 1
    deliver_pending()
    assert "Avisos atrasados" not in mine.get("/painel/correio").text
    assert mine.post(deliveries[0]).status_code == 404


def test_page_needs_few_statements(folder: Path, browser, iris) -> None:
    for number in range(5):
        given_up(f"p{number}@exemplo.example")
    mine = browser(iris)
    with statements() as sent:
        mine.get("/painel/correio")
    assert len(sent) <= 5
