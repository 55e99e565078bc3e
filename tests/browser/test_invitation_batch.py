"""Inviting by a sheet as an administrator does it, with JavaScript and without."""

import threading

import pytest
from flask import Flask
from playwright.sync_api import expect

from ideas.companies import batch_inviting
from ideas.companies.batch_models import Batch
from ideas.db import db
from ideas.modes import Mode, in_mode
from tests.browser.test_axe import violations

SHEET = "nome;e-mail\n" + "".join(f"Pessoa da Silva;p{n}@exemplo.example\n" for n in range(250)) + "Sem e-mail;\n;x\n"


def carry_out(app: Flask, number: int) -> None:
    """What the worker does."""
    with app.app_context(), in_mode(Mode.WRITE):
        batch_inviting.invite_all(number)
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_carla_invites_by_a_sheet_and_follows_it_to_its_end(js, app, open_page, enter, carla, monkeypatch):
    monkeypatch.setattr(batch_inviting, "BREATH", 0.3)
    page, faults = open_page(js=js, width=375 if js else 1280), []
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
    faults += violations(page, "a wrong sheet") if js else []
    sheet.set_input_files({"name": "pessoas.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    page.get_by_role("button", name="Conferir a planilha").click()
    expect(page.get_by_role("main").get_by_text("Falta o nome.")).to_be_visible()
    faults += violations(page, "a sheet looked through") if js else []
    page.get_by_role("button", name="Convidar 250 pessoas").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    faults += violations(page, "the progress") if js else []
    db.session.rollback()
    worker = threading.Thread(target=carry_out, args=(app, db.session.query(Batch).one().id))
    db.session.rollback()
    worker.start()
    expect(page.get_by_text("250 pessoas convidadas.").first).to_be_visible(timeout=15_000)
    worker.join()
    page.get_by_role("link", name="Sem problema").click()
    expect(page.get_by_text("convidada", exact=True).first).to_be_visible()
    faults += violations(page, "a sheet carried out") if js else []
    assert faults == []
