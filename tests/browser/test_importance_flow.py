"""State a vote's importance, and vote for a customer, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.board.voting import casting, importance
from ideas.board.voting.importance import Opinion
from ideas.db import db
from ideas.moderation.models import VoteBurst
from ideas.modes import Mode, set_mode
from tests import make
from tests.browser.test_axe import violations


@pytest.fixture
def idea(bruno: Person, carla: Person) -> Idea:
    """An idea of Carla's with her vote, its importance and reason."""
    set_mode(Mode.WRITE)
    idea = make.idea("Leitor do celular na contagem", author=carla)
    casting.cast(idea, voter=carla, company=make.company_of(carla))
    importance.state(idea, Opinion("critical", "Conto à mão."), voter=carla, company=make.company_of(carla))
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return idea


def choice(page: Page, name: str):
    return page.get_by_role("group", name="O quanto isto importa para você?").get_by_role("button", name=name)


@pytest.mark.parametrize("js", [True, False])
def test_voter_states_importance_and_reason(js: bool, open_page, enter, bruno: Person, idea: Idea) -> None:
    number = idea.id
    page = open_page(js=js)
    enter(page, bruno)
    page.goto(f"/ideias/{number}")
    expect(page.get_by_text("Vote e diga o quanto isto importa para você.").first).to_be_visible()
    heading = page.get_by_role("heading", name="O problema")
    before = heading.bounding_box()
    page.locator(".vote--large button").click()
    expect(choice(page, "Crítico")).to_be_visible()
    if js:
        # The panel replaces the hint without moving the page.
        assert heading.bounding_box() == before
    choice(page, "Importante").click()
    expect(choice(page, "Importante")).to_have_attribute("aria-pressed", "true")
    if js:
        expect(choice(page, "Importante")).to_be_focused()
        expect(page.get_by_label("O que você não consegue fazer hoje?")).to_be_visible()
    else:
        page.get_by_text("Contar o que não consigo fazer hoje").click()
    page.get_by_label("O que você não consegue fazer hoje?").fill("Perco a tarde toda.")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("Você contou: “Perco a tarde toda.”").first).to_be_visible()
    # The importance did not change.
    expect(choice(page, "Importante")).to_have_attribute("aria-pressed", "true")
    page.locator(".vote--large button").click()
    expect(page.get_by_text("Vote e diga o quanto isto importa para você.").first).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_analyst_votes_for_a_customer(js: bool, open_page, enter, heitor: Person, idea: Idea) -> None:
    number = idea.id
    page = open_page(js=js)
    enter(page, heitor)
    page.goto(f"/ideias/{number}")
    page.get_by_role("link", name="por um cliente").click()
    page.get_by_label("Quem pediu").fill("bruno litoral")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_label("Bruno Leal").check()
    page.get_by_role("button", name="Registrar o voto").click()
    expect(page.get_by_role("alert")).to_contain_text("De onde veio o pedido")
    expect(page.get_by_label("Bruno Leal")).to_be_checked()
    page.get_by_label("De onde veio o pedido").fill("chamado 2026-000001")
    page.get_by_label("Crítico").check()
    page.get_by_role("button", name="Registrar o voto").click()
    expect(page.get_by_text("Voto de Bruno Leal registrado").first).to_be_visible()
    page.get_by_role("link", name="Quem apoia").click()
    expect(page.get_by_role("row", name="Bruno Leal")).to_contain_text("chamado 2026-000001")


def test_vote_pages_have_no_violations(open_page, enter, bruno, heitor, fabio, idea: Idea) -> None:
    number, now = idea.id, clock.now()
    set_mode(Mode.WRITE)
    numbers = {"people": 32, "newcomers": 30, "same_network": 28, "only_this": 27}
    db.session.add(VoteBurst(idea_id=number, company_id=None, first_at=now, last_at=now, **numbers))
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    page = open_page()
    enter(page, bruno)
    page.goto(f"/ideias/{number}")
    page.locator(".vote--large button").click()
    choice(page, "Crítico").click()
    page.get_by_label("O que você não consegue fazer hoje?").wait_for()
    found = violations(page, "the importance of a vote")
    staff = open_page()
    enter(staff, heitor)
    for address in (f"/ideias/{number}", f"/ideias/{number}/votos", f"/ideias/{number}/motivos",
                    f"/ideias/{number}/voto/em-nome", f"/ideias/{number}/voto/em-nome?q=aurora"):  # fmt: skip
        staff.goto(address)
        found += violations(staff, address)
    moderator = open_page()
    enter(moderator, fabio)
    moderator.goto("/moderacao/rajadas")
    expect(moderator.get_by_role("button", name="Já olhei")).to_be_visible()
    found += violations(moderator, "the bursts of votes")
    staff.set_viewport_size({"width": 320, "height": 800})
    for address in (f"/ideias/{number}/votos", f"/ideias/{number}/voto/em-nome?q=aurora"):
        staff.goto(address)
        assert staff.evaluate("document.documentElement.scrollWidth") <= 320
        found += violations(staff, f"{address} at 320")
    assert found == []
