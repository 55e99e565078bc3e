"""Import a file, with and without JavaScript. Every state of the page has no axe violations."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from ideas.db import db
from ideas.imports import running
from ideas.imports.models import IdeaImport
from ideas.modes import Mode, set_mode
from tests.browser.test_axe import violations
from tests.imports.sheets_of_ideas import csv_of, row

ROWS = csv_of([row(1), row(2, titulo="Avisar antes de o certificado vencer"), row(3, data="ontem")])


def run_worker() -> None:
    """Process the import as the worker does."""
    set_mode(Mode.WRITE)
    latest = db.session.scalars(select(IdeaImport).order_by(IdeaImport.id.desc())).first()
    running.process(latest.id, latest.turn)
    db.session.commit()
    set_mode(Mode.TRANSACTION)


def assert_accessible(page: Page) -> None:
    assert violations(page, page.url) == []


@pytest.mark.parametrize(("js", "width"), [(True, 1280), (False, 375)], ids=["with-javascript", "without-javascript"])
@pytest.mark.every_engine
def test_operator_imports_a_file(js, width, open_page, enter, iris) -> None:
    page = open_page(js=js, width=width)
    enter(page, iris)
    page.goto("/painel/importar")
    if js:
        assert_accessible(page)
    page.get_by_label("Arquivo CSV").set_input_files({"name": "ideias.csv", "mimeType": "text/csv", "buffer": ROWS})
    page.get_by_label("Nome da origem").fill("forum-antigo")
    page.get_by_role("button", name="Enviar e ver as colunas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ideias.csv")
    expect(page.get_by_role("combobox", name="Título")).to_have_value("titulo")
    if js:
        assert_accessible(page)
    page.get_by_role("button", name="Conferir sem gravar").click()
    expect(page.get_by_text("Conferindo").first).to_be_visible()
    run_worker()
    if not js:
        page.get_by_role("link", name="Atualizar").click()
    expect(page.get_by_role("button", name="Importar 2 ideias")).to_be_visible()
    expect(page.get_by_text("A data não está como").first).to_be_visible()
    if js:
        assert_accessible(page)
    page.get_by_role("button", name="Importar 2 ideias").click()
    expect(page.get_by_text("Importando").first).to_be_visible()
    run_worker()
    if not js:
        page.get_by_role("link", name="Atualizar").click()
    page.get_by_role("link", name="Ver no quadro").click()
    expect(page.get_by_role("link", name="Avisar antes de o certificado vencer", exact=True)).to_be_visible()
