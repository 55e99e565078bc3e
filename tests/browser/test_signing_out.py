"""After signing out the browser shows no private data, neither with Back nor from its storage."""

import pytest
from playwright.sync_api import expect

from tests import make


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_v14_3_1_going_back_after_signing_out_shows_no_private_data(js, open_page, enter, ana) -> None:
    ticket = make.ticket("Um assunto que só a Ana lê", owner=ana)
    page = open_page(js=js)
    enter(page, ana)
    page.goto("/perfil")
    page.goto(f"/chamados/{ticket.code}")
    expect(page.get_by_text("Um assunto que só a Ana lê").first).to_be_visible()
    page.get_by_role("banner").locator("summary[aria-label*='minha conta']").click()
    page.get_by_role("button", name="Sair").first.click()
    expect(page.get_by_role("link", name="Entrar").first).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Entrar")
        assert "Ana" not in page.content()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
