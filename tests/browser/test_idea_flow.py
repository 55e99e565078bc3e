"""An idea from posting to planning, as several people see it, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from ideas.db import db
from ideas.outbox import delivery
from tests import cast, make

PROBLEM = "Hoje copiamos o saldo de cada conta para a planilha, uma a uma, e leva o dia inteiro."
TITLE = "Exportar o balancete direto para planilha"


def deliver() -> None:
    """Deliver pending events as the worker does."""
    db.session.rollback()
    delivery.deliver_pending()
    db.session.rollback()


def vote_button(page: Page, title: str):
    return page.get_by_role("main").get_by_role("button", name=title).first


@pytest.mark.every_engine
def test_idea_is_posted_voted_commented_and_planned(js, open_page, sign_in, ana, bruno, elisa):
    make.idea("Balancete em CSV para planilha", author=bruno, status="under_review")
    make.idea("Aviso antes de o certificado digital vencer", author=bruno)
    db.session.commit()

    # A visitor reads, searches, filters, and opens an idea.
    visitor = open_page(js=js)
    visitor.goto("/")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    search = visitor.get_by_role("main").get_by_role("searchbox")
    search.fill("certificados")
    search.press("Enter")
    expect(visitor.get_by_role("link", name="Aviso antes de o certificado digital vencer", exact=True)).to_be_visible()
    expect(visitor.get_by_role("link", name="Balancete em CSV para planilha", exact=True)).to_have_count(0)
    visitor.get_by_role("link", name="Aviso antes de o certificado digital vencer", exact=True).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Aviso antes de o certificado digital vencer")
    expect(visitor.get_by_text("Ideia publicada").first).to_be_visible()

    # Ana posts: similar ideas are shown first, then she must accept the code of conduct.
    author = open_page(js=js)
    sign_in(author, ana)
    author.goto("/")
    author.get_by_role("main").get_by_role("link", name="Nova ideia").click()
    author.get_by_label("Título").fill(TITLE)
    author.get_by_label("Produto", exact=True).select_option(label="ERP")
    author.get_by_label("Módulo").select_option(label="Fiscal")
    author.get_by_text("Melhoria", exact=True).click()
    author.get_by_label("O problema").fill(PROBLEM)
    author.get_by_label("A proposta").fill("Um botão **Planilha** no balancete.")
    author.get_by_role("button", name="Enviar").click()
    mine, accept = (author.get_by_role("button", name=name) for name in
                    ("Nenhuma é igual: enviar a minha", "Aceitar e continuar"))  # fmt: skip
    # Similar ideas already shown while typing are not shown again.
    mine.or_(accept).first.wait_for()
    if mine.is_visible():
        mine.click()
    accept.click()
    expect(author.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(author.get_by_text("Seguindo: tudo").first).to_be_visible()
    expect(vote_button(author, TITLE)).to_contain_text("Votado")
    address = author.url

    # Bruno, of another company, votes, withdraws his vote, votes again and comments.
    voter = open_page(js=js)
    sign_in(voter, bruno)
    voter.goto(address)
    for pressed, count in [("true", "2"), ("false", "1"), ("true", "2")]:
        vote_button(voter, TITLE).click()
        expect(vote_button(voter, TITLE)).to_have_attribute("aria-pressed", pressed)
        expect(vote_button(voter, TITLE)).to_contain_text(count)
    voter.get_by_label("Comentar", exact=True).fill("Com o histórico na mesma linha, dispensamos um relatório.")
    voter.get_by_role("button", name="Comentar").click()
    expect(voter.get_by_role("main").get_by_text("dispensamos um relatório")).to_be_visible()
    expect(voter.get_by_text("Seguindo: tudo").first).to_be_visible()
    deliver()

    # Elisa answers it and plans it.
    manager = open_page(js=js)
    sign_in(manager, elisa)
    manager.goto(address)
    manager.get_by_text("Responder a esta ideia").click()
    manager.get_by_label("Situação").select_option(label="Planejada")
    manager.get_by_label("Prevista para a release").select_option(label="12.1.2610")
    manager.get_by_label("Resposta oficial").fill("Entra na próxima, em XLSX e CSV.")
    manager.get_by_role("button", name="Publicar resposta").click()
    expect(manager.get_by_role("main").get_by_text("Planejada · 12.1.2610").first).to_be_visible()
    expect(manager.get_by_text("Entra na próxima, em XLSX e CSV.").first).to_be_visible()
    deliver()

    # Author and voter get one notification each; the author another of the comment.
    for page, expected in ((author, 2), (voter, 1)):
        page.goto("/notificacoes")
        expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(expected)
        expect(page.get_by_role("link", name="Planejada")).to_have_count(1)
    voter.get_by_role("link", name="Planejada").click()
    expect(voter.get_by_role("heading", level=1)).to_have_text(TITLE)
    voter.goto("/notificacoes")
    expect(voter.get_by_role("main").get_by_text("Nova", exact=True)).to_have_count(0)
    manager.goto("/notificacoes")
    expect(manager.get_by_role("main").get_by_role("listitem")).to_have_count(0)

    # The release report and the roadmap show it.
    visitor.goto("/releases")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    visitor.goto("/roteiro")
    expect(visitor.get_by_role("link", name=TITLE)).to_be_visible()


def test_visitor_signs_in_to_vote_and_returns_to_the_idea(js, open_page, bruno):
    idea = make.idea("Duplicar um pedido de compra")
    db.session.commit()
    page = open_page(js=js, width=375)
    page.goto(f"/ideias/{idea.id}")
    page.get_by_role("main").get_by_role("link", name="Votar").first.click()
    page.get_by_label("CPF ou e-mail").fill("bruno@exemplo.example")
    page.get_by_label("Senha", exact=True).fill(cast.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Duplicar um pedido de compra")
    vote_button(page, "Duplicar").click()
    expect(vote_button(page, "Duplicar")).to_contain_text("Votado")


def test_person_votes_and_comments_with_the_keyboard_only(open_page, enter, bruno):
    idea = make.idea("Banco de horas com aviso de vencimento", author=make.customer("Outra Pessoa"))
    db.session.commit()
    page = open_page()
    enter(page, bruno)
    page.goto(f"/ideias/{idea.id}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, vote_button(page, "Banco de horas"))
    page.keyboard.press("Enter")
    expect(vote_button(page, "Banco de horas")).to_have_attribute("aria-pressed", "true")
    # The new button has the focus.
    expect(vote_button(page, "Banco de horas")).to_be_focused()
    _tab_to(page, page.get_by_label("Comentar", exact=True))
    page.keyboard.type("Perdi vinte horas assim.")
    _tab_to(page, page.get_by_role("button", name="Comentar"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("Perdi vinte horas assim.")).to_be_visible()


def _tab_to(page: Page, target) -> None:
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not reach the element")


def test_voting_replaces_the_button_without_loading_the_page(open_page, enter, bruno):
    idea = make.idea("Leitor do celular na contagem", author=make.customer("Outra Pessoa"))
    db.session.commit()
    page = open_page()
    enter(page, bruno)
    page.goto(f"/ideias/{idea.id}")
    page.evaluate("window.marker = 1")
    vote_button(page, "Leitor").click()
    expect(vote_button(page, "Leitor")).to_contain_text("Votado")
    assert page.evaluate("window.marker") == 1


def test_voting_works_without_the_cdn(open_page, enter, bruno):
    idea = make.idea("Leitor do celular na contagem", author=make.customer("Outra Pessoa"))
    db.session.commit()
    page = open_page(quiet=True)
    page.context.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())
    enter(page, bruno)
    page.goto(f"/ideias/{idea.id}")
    vote_button(page, "Leitor").click()
    expect(vote_button(page, "Leitor")).to_contain_text("Votado")


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("address", ["/", "/entrar", "/releases", "/roteiro", "/codigo-de-conduta"])
def test_pages_do_not_scroll_sideways(open_page, width, address):
    make.idea("Um título comprido que tem a palavra anticonstitucionalissimamente bem no meio dele, para quebrar")
    db.session.commit()
    page = open_page(width=width)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
