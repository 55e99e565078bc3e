"""Report, decide, appeal and reverse a case, and hide a wave of spam, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import delivery
from tests import make
from tests.browser.test_axe import violations
from tests.moderation import wave


def deliver() -> None:
    """Deliver pending events as the worker does."""
    db.session.rollback()
    set_mode(Mode.WRITE)
    delivery.deliver_pending()
    db.session.rollback()
    set_mode(Mode.TRANSACTION)


def axe(page, js: bool) -> list[str]:
    return violations(page, page.url) if js else []


@pytest.mark.every_engine
def test_case_is_reported_decided_appealed_and_reversed(js, open_page, enter, bruno, davi, fabio, gilda):
    set_mode(Mode.WRITE)
    idea = make.idea("Ideia cheia de palavras que ofendem", author=bruno)
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    found: list[str] = []

    reporter = open_page(js=js)
    enter(reporter, davi)
    reporter.goto(f"/ideias/{idea.id}")
    reporter.get_by_role("link", name="Denunciar").first.click()
    reporter.get_by_role("button", name="Enviar denúncia").click()
    expect(reporter.get_by_role("alert").first).to_contain_text("Escolha a regra")
    found += axe(reporter, js)
    reporter.get_by_role("radio").first.check()
    reporter.get_by_label("O que a moderação deve notar?").fill("Ofende quem lê.")
    reporter.get_by_role("button", name="Enviar denúncia").click()
    expect(reporter.get_by_text("Esperando a moderação").first).to_be_visible()
    found += axe(reporter, js)

    moderator = open_page(js=js)
    enter(moderator, fabio)
    moderator.goto("/moderacao")
    found += axe(moderator, js)
    moderator.get_by_role("link", name="Ideia cheia de palavras que ofendem").click()
    moderator.get_by_role("button", name="Assumir o caso").click()
    expect(moderator.get_by_role("button", name="Devolver à fila")).to_be_visible()
    found += axe(moderator, js)
    moderator.get_by_role("radio", name="Advertência").check()
    moderator.get_by_label("Regra quebrada").select_option(index=1)
    moderator.get_by_label("Motivo, que a pessoa vai ler").fill("Critique a ideia, nunca a pessoa.")
    moderator.get_by_role("button", name="Conferir antes de decidir").click()
    expect(moderator.get_by_role("alert").first).to_contain_text("O próximo passo seria mais leve")
    moderator.get_by_label("Gravidade que justifica pular um passo").fill("Ofensa direta.")
    moderator.get_by_role("button", name="Conferir antes de decidir").click()
    expect(moderator.get_by_text("A moderação registrou uma advertência sobre um texto seu.").first).to_be_visible()
    found += axe(moderator, js)
    moderator.get_by_role("button", name="Confirmar a decisão").click()
    expect(moderator.get_by_role("button", name="Desfazer tudo")).to_be_visible()
    found += axe(moderator, js)
    deliver()

    author = open_page(js=js)
    enter(author, bruno)
    author.goto("/notificacoes")
    author.get_by_role("link", name="A moderação registrou uma advertência").click()
    expect(author.get_by_text("Critique a ideia, nunca a pessoa.").first).to_be_visible()
    found += axe(author, js)
    author.get_by_label("Por que a decisão deve ser revista?").fill("Citei um manual; não é ofensa minha.")
    author.get_by_role("button", name="Recorrer").click()
    expect(author.get_by_text("Quem responde é outra pessoa da moderação").first).to_be_visible()

    other = open_page(js=js)
    enter(other, gilda)
    other.goto("/moderacao/recursos")
    found += axe(other, js)
    other.get_by_role("link", name="Citei um manual").click()
    other.get_by_role("radio", name="Reverter a decisão").check()
    other.get_by_role("region", name="Advertência").get_by_label("Motivo, que a pessoa vai ler").fill("É citação.")
    other.get_by_role("button", name="Responder ao recurso").click()
    expect(other.get_by_text("Decisão revertida").first).to_be_visible()
    deliver()
    author.goto("/notificacoes")
    author.get_by_role("link", name="Seu recurso foi aceito").click()
    expect(author.get_by_text("Esta decisão não vale mais.").first).to_be_visible()
    reporter.goto(f"/ideias/{idea.id}")
    expect(reporter.get_by_role("heading", level=1)).to_have_text("Ideia cheia de palavras que ofendem")
    assert found == []


def test_spam_wave_is_hidden_in_under_ten_actions_and_restored_with_one_undo(js, open_page, enter, fabio):
    set_mode(Mode.WRITE)
    wave.import_wave()
    db.session.commit()
    set_mode(Mode.TRANSACTION)

    page = open_page(js=js)
    enter(page, fabio)
    page.goto("/moderacao/textos")
    page.get_by_label("Publicados de").fill("2025-03-08")  # 1
    page.get_by_label("até", exact=True).fill("2025-03-09")  # 2
    page.get_by_label("Só o que ninguém apoia").check()  # 3
    page.get_by_role("button", name="Buscar").click()  # 4
    expect(page.get_by_text("Nuevo paso de cebra")).to_have_count(0)
    expect(page.get_by_text("SSRF Test").first).to_be_visible()
    assert axe(page, js) == []
    page.get_by_role("button", name="Decidir tudo o que foi encontrado").click()  # 5
    expect(page.get_by_role("heading", level=1)).to_have_text("Decidir sobre 82 textos")
    expect(page.get_by_role("radio", name="Ocultar")).to_be_checked()
    page.get_by_label("Regra quebrada").select_option(index=1)  # 6
    page.get_by_label("Motivo, que a pessoa vai ler").fill("Sondagem de segurança, não ideia.")  # 7
    assert axe(page, js) == []
    page.get_by_role("button", name="Conferir antes de decidir").click()  # 8
    page.get_by_role("button", name="Confirmar a decisão").click()  # 9
    visitor = open_page(js=js)
    visitor.goto("/?q=ssrf")
    expect(visitor.get_by_text("SSRF Test")).to_have_count(0)
    page.get_by_role("button", name="Desfazer tudo").click()
    expect(page.get_by_text("Foi desfeita").first).to_be_visible()
    page.goto("/moderacao/textos?de=2025-03-08&ate=2025-03-08")
    expect(page.get_by_text("SSRF Test").first).to_be_visible()
