"""Check pages and their states with axe: WCAG 2.2 AA and best practices. Other widths and colours are slow tests."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.voting import casting
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import delivery
from tests import make

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# True when every style sheet is loaded. Without them targets are too small.
STYLES_LOADED = "[...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"
OPTIONS = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
PAGES = {
    None: ["/", "/?q=nada-que-exista", "/?produto=erp&ordem=recentes", "/ideias/1", "/ideias/3", "/entrar", "/releases",
           "/roteiro", "/codigo-de-conduta", "/esqueci-minha-senha", "/esqueci-minha-senha/enviado",
           "/esqueci-minha-senha/vencido", "/pagina-que-nao-existe", "/painel/componentes"],
    "ana": ["/", "/ideias/1", "/ideias/nova", "/minhas-ideias", "/notificacoes", "/notificacoes/preferencias", "/perfil",
            "/perfil/aparelhos", "/perfil/senha", "/perfil/email"],
    "elisa": ["/ideias/1", "/notificacoes"],
    "davi": ["/"],
    "iris": ["/painel", "/painel/produtos", "/painel/produtos/1", "/painel/empresas", "/painel/empresas/nova",
             "/painel/empresas/1", "/painel/pessoas", "/painel/pessoas/1", "/painel/registro"],
}  # fmt: skip


@pytest.fixture
def community(ana, bruno, carla, davi, elisa):
    """Create three ideas: one answered and commented, one new, one delivered; and deliver the notifications."""
    set_mode(Mode.WRITE)
    first = make.idea("Simular a rescisão antes de confirmar", author=ana, module="fiscal", proposal="- um\n- dois")
    make.idea("Outra ideia, de que ninguém falou ainda", author=bruno)
    make.idea("Uma ideia já entregue há pouco tempo", author=bruno, status="delivered")
    casting.cast(first, voter=bruno, company=make.company_of(bruno))
    casting.cast(first, voter=davi, company=make.company_of(davi))
    text = "Aqui também. Veja [o manual](https://exemplo.example)."
    commenting.add(first, NewComment(text=text), author=bruno, company=make.company_of(bruno))
    deciding.decide(first, Decision(to="planned", text="Entra na próxima.", target_release_id=make.release("12.1.2610").id),
                    by=elisa)  # fmt: skip
    db.session.commit()
    delivery.deliver_pending()
    db.session.commit()
    set_mode(Mode.TRANSACTION)


def check(page: Page, address: str) -> list[str]:
    page.goto(address)
    return violations(page, address)


def violations(page: Page, where: str) -> list[str]:
    """Return the violations that axe finds on the page in its current state."""
    page.wait_for_load_state("load")
    page.wait_for_function(STYLES_LOADED)
    found = Axe().run(page, options=json.loads(OPTIONS)).response["violations"]
    return [f"{where}: {violation['id']} {node['target']}" for violation in found for node in violation["nodes"]]


@pytest.mark.parametrize("who", PAGES)
def test_pages_have_no_violations(who, open_page, enter, community):
    page = open_page(quiet=True)
    if who:
        enter(page, make.person(who))
    assert [found for address in PAGES[who] for found in check(page, address)] == []


@pytest.mark.slow
@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (1280, True)])
def test_narrow_and_dark_pages_have_no_violations(who, width, dark, open_page, enter, community):
    page = open_page(width=width, dark=dark, quiet=True)
    if who:
        enter(page, make.person(who))
    assert [found for address in PAGES[who] for found in check(page, address)] == []


def test_menus_dialogs_and_errors_have_no_violations(open_page, enter, community, ana, elisa):
    page = open_page()
    enter(page, ana)
    found = []
    page.goto("/ideias/2")
    page.locator("summary", has_text="Seguir").click()
    found += violations(page, "the follow menu")
    page.keyboard.press("Escape")
    page.get_by_role("main").get_by_role("button", name="Votar").first.click()
    page.get_by_role("dialog").wait_for()
    found += violations(page, "the code of conduct's dialog")
    page.goto("/ideias/nova")
    page.get_by_label("Título").fill("abc")
    page.locator("form:has(#title)").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Enviar").click()
    page.get_by_role("alert").first.wait_for()
    found += violations(page, "a form with errors")
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/")
    page.get_by_role("banner").locator("summary").last.click()
    found += violations(page, "the phone's menu")
    manager = open_page()
    enter(manager, elisa)
    manager.goto("/ideias/2")
    manager.get_by_text("Responder a esta ideia").click()
    found += violations(manager, "the answer form")
    assert found == []
