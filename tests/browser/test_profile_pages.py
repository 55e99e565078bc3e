"""Edit the own profile and devices, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from ideas.accounts import sessions
from ideas.db import db
from tests.files.test_accepting import with_metadata


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_person_edits_their_profile_and_signs_out_a_device(js, open_page, enter, ana):
    sessions.start(ana, device="Safari, iPhone")
    page = open_page(js=js, width=375)
    enter(page, ana)
    page.goto("/perfil")
    page.get_by_label("Escolher a foto").set_input_files(
        {"name": "eu.jpg", "mimeType": "image/jpeg", "buffer": with_metadata("JPEG")}
    )
    page.get_by_role("button", name="Enviar a foto").click()
    expect(page.get_by_role("button", name="Trocar a foto")).to_be_visible()
    face = page.get_by_role("main").locator(".avatar img")
    assert face.evaluate("async (face) => { await face.decode(); return face.naturalWidth }") == 192
    page.get_by_label("Telefone").fill("12345")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("alert")).to_contain_text("Este telefone não parece completo")
    expect(page.get_by_label("Telefone")).to_have_value("12345")
    page.get_by_label("Telefone").fill("(11) 98765-4321")
    page.get_by_role("combobox", name="Idioma").select_option(label="English")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My profile")
    expect(page.get_by_label("Phone")).to_have_value("+55 11 98765-4321")
    page.get_by_role("link", name="Devices").click()
    page.get_by_role("button", name="Sign out Safari, iPhone").click()
    expect(page.get_by_text("Safari, iPhone")).to_have_count(0)
    expect(page.get_by_text("this device").first).to_be_visible()
    db.session.rollback()
    assert "Safari, iPhone" not in [one.device for one in sessions.active_sessions(ana, staff=False)]
