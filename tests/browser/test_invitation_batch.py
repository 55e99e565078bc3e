"""Invite people with a spreadsheet, with and without JavaScript."""

import threading

import pytest
from flask import Flask
from playwright.sync_api import expect

from ideas.companies import batch_inviting
from ideas.companies.batch_models import InvitationBatch
from ideas.db import db
from ideas.modes import Mode, in_mode
from tests.browser.test_axe import violations

SHEET = "nome;e-mail\n" + "".join(f"Pessoa da Silva;p{n}@exemplo.example\n" for n in range(250)) + "Sem e-mail;\n;x\n"


def send_invitations(app: Flask, batch_id: int) -> None:
    """Send the batch's invitations as the worker does."""
    with app.app_context(), in_mode(Mode.WRITE):
        batch_inviting.invite_all(batch_id)
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_administrator_invites_with_a_spreadsheet_and_sees_the_progress(js, app, open_page, enter, carla, monkeypatch):
    monkeypatch.setattr(batch_inviting, "PAUSE_SECONDS", 0.3)
    page, found = open_page(js=js, width=375 if js else 1280), []
    enter(page, carla)
    page.goto("/empresa/convites")
    page.get_by_role("link", name="Em lote").click()
    with page.expect_download() as template:
        page.get_by_role("link", name="Modelo XLSX").click()
    assert template.value.suggested_filename == "convites-modelo.xlsx"
    sheet = page.get_by_label("Planilha")
    sheet.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"nome;fone\nAna;1\n"})
    page.get_by_role("button", name="Conferir a planilha").click()
    expect(page.get_by_role("alert")).to_contain_text("Faltam colunas na primeira linha: e-mail.")
    found += violations(page, "a wrong sheet") if js else []
    sheet.set_input_files({"name": "pessoas.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    page.get_by_role("button", name="Conferir a planilha").click()
    expect(page.get_by_role("main").get_by_text("Falta o nome.")).to_be_visible()
    found += violations(page, "a checked sheet") if js else []
    page.get_by_role("button", name="Convidar 250 pessoas").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    found += violations(page, "the progress") if js else []
    db.session.rollback()
    worker = threading.Thread(target=send_invitations, args=(app, db.session.query(InvitationBatch).one().id))
    db.session.rollback()
    worker.start()
    expect(page.get_by_text("250 pessoas convidadas.").first).to_be_visible(timeout=15_000)
    worker.join()
    page.get_by_role("link", name="Sem problema").click()
    expect(page.get_by_text("convidada", exact=True).first).to_be_visible()
    found += violations(page, "a finished sheet") if js else []
    assert found == []
