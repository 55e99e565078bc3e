"""Empty the triage inbox: by mouse, by keyboard and without JavaScript."""

from playwright.sync_api import expect

from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import make
from tests.browser.test_axe import violations


def test_product_manager_empties_the_inbox(js, open_page, enter, bruno, elisa):
    set_mode(Mode.WRITE)
    for name in ("primeira", "segunda", "terceira", "quarta"):
        make.idea(f"A {name} ideia que espera resposta", author=bruno)
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    page = open_page(js=js)
    enter(page, elisa)
    page.goto("/triagem")
    found = violations(page, "the inbox") if js else []

    # Answer the first idea; the next one opens.
    expect(page.get_by_role("heading", level=2)).to_have_text("A primeira ideia que espera resposta")
    page.locator("#answer-to").select_option(label="Não planejada")
    page.get_by_role("button", name="Responder e ir à próxima").click()
    expect(page.get_by_role("alert").first).to_contain_text("pede uma resposta oficial")
    found += violations(page, "a refused answer") if js else []
    page.get_by_label("Resposta oficial").fill("Fica para depois do plano deste ano.")
    page.get_by_role("button", name="Responder e ir à próxima").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("A segunda ideia que espera resposta")

    # Set the owner and tags, and write a note.
    page.get_by_label("Responsável").select_option(label="Elisa Moraes")
    page.get_by_role("button", name="Salvar o responsável").click()
    page.get_by_label("Etiquetas").fill("Fiscal, Reforma")
    page.get_by_role("button", name="Salvar as etiquetas").click()
    page.get_by_label("Nota interna").fill("Falar com o fiscal.")
    page.get_by_role("button", name="Salvar a nota").click()
    expect(page.get_by_text("Falar com o fiscal.").first).to_be_visible()
    found += violations(page, "an idea with tags and a note") if js else []

    # Change the other three together: preview, confirm, undo.
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Mudar a situação das escolhidas").click()
    page.get_by_label("Nova situação").select_option(label="Em análise")
    page.get_by_role("button", name="Conferir antes de mudar").click()
    expect(page.get_by_text("3 ideias passam para Em análise").first).to_be_visible()
    found += violations(page, "the preview of a batch") if js else []
    page.get_by_role("button", name="Confirmar a mudança").click()
    expect(page.get_by_role("button", name="Desfazer tudo")).to_be_visible()
    found += violations(page, "the batch") if js else []
    page.get_by_role("button", name="Desfazer tudo").click()
    expect(page.get_by_text("Desfeita em").first).to_be_visible()
    page.go_back()
    page.goto("/triagem")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Mudar a situação das escolhidas").click()
    page.get_by_label("Nova situação").select_option(label="Planejada")
    page.get_by_role("button", name="Conferir antes de mudar").click()
    page.get_by_role("button", name="Confirmar a mudança").click()
    page.goto("/triagem")
    expect(page.get_by_text("A caixa está vazia").first).to_be_visible()
    assert (found + violations(page, "the empty inbox") if js else []) == []


def test_keyboard_shortcuts_move_through_the_list_and_focus_the_answer(open_page, enter, bruno, elisa):
    set_mode(Mode.WRITE)
    for name in ("primeira", "segunda"):
        make.idea(f"A {name} ideia que espera resposta", author=bruno)
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    page = open_page()
    enter(page, elisa)
    page.goto("/triagem")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=2)).to_have_text("A segunda ideia que espera resposta")
    page.wait_for_load_state("load")
    page.keyboard.press("e")
    expect(page.get_by_label("Resposta oficial")).to_be_focused()
    page.keyboard.type("jjj")
    expect(page.get_by_label("Resposta oficial")).to_have_value("jjj")
    expect(page.get_by_role("heading", level=2)).to_have_text("A segunda ideia que espera resposta")
