"""Merge and unmerge ideas, and change what one follows, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from ideas.board import following
from ideas.board.models import Reason
from ideas.board.voting import casting
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import delivery
from tests import make
from tests.browser.test_axe import violations

TARGET, DUPLICATE = "Exportar o balancete direto para planilha", "Balancete direto para planilha do Excel"


@pytest.mark.every_engine
def test_ideas_are_merged_objected_to_and_unmerged(js, open_page, enter, bruno, carla, davi, elisa):
    set_mode(Mode.WRITE)
    original, duplicate = make.idea(TARGET, author=bruno), make.idea(DUPLICATE, author=carla)
    for idea, voters in ((original, (bruno, davi)), (duplicate, (carla, bruno))):
        following.follow(idea, voters[0], Reason.AUTHOR)
        for voter in voters:
            casting.cast(idea, voter=voter, company=make.company_of(voter))
    db.session.commit()
    set_mode(Mode.TRANSACTION)

    # Elisa opens the duplicate, previews the totals, and merges.
    manager = open_page(js=js)
    enter(manager, elisa)
    manager.goto(f"/ideias/{duplicate.id}")
    manager.get_by_role("link", name="Reunir a outra").click()
    manager.get_by_role("checkbox", name=TARGET).check()
    found = violations(manager, "choosing") if js else []
    manager.get_by_role("button", name="Ver a prévia").click()
    expect(manager.get_by_text("1 pessoa votou nas duas e conta uma vez.").first).to_be_visible()
    manager.get_by_role("radio", name=TARGET).check()
    found += violations(manager, "the preview") if js else []
    manager.get_by_role("button", name="Reunir", exact=True).click()
    expect(manager.get_by_role("heading", level=1)).to_have_text(TARGET)
    expect(manager.get_by_role("main").get_by_text(f"A ideia nº {duplicate.id}")).to_be_visible()
    expect(manager.get_by_role("main").get_by_text("3 pessoas")).to_be_visible()
    db.session.rollback()
    delivery.deliver_pending()
    db.session.rollback()

    # Carla opens the old address and objects.
    author = open_page(js=js)
    enter(author, carla)
    author.goto(f"/ideias/{duplicate.id}")
    author.get_by_text("Não é a mesma?").click()
    author.get_by_label("O que a sua ideia tem de diferente").fill("A minha é só do contábil.")
    found += violations(author, "objecting") if js else []
    author.get_by_role("button", name="Avisar a gestão de produto").click()
    expect(author.get_by_text("Você disse que não é a mesma.").first).to_be_visible()
    author.get_by_role("link", name="Ler o que ela dizia").click()
    expect(author.get_by_role("heading", name=DUPLICATE)).to_be_visible()
    found += violations(author, "the merged texts") if js else []

    # Elisa reads the objection and unmerges.
    manager.goto(f"/ideias/{duplicate.id}")
    expect(manager.get_by_text("A minha é só do contábil.").first).to_be_visible()
    manager.get_by_role("button", name="Separar de novo").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text(DUPLICATE)
    expect(manager.get_by_role("main").get_by_text("Separada da ideia")).to_be_visible()
    assert found == []


def test_person_unfollows_several_ideas_and_reads_how_ideas_are_ordered(js, open_page, enter, bruno):
    ideas = [make.idea(f"Uma ideia que Bruno segue, de número {number}") for number in range(3)]
    for idea in ideas:
        following.follow(idea, bruno, Reason.VOTED)
    db.session.commit()
    page = open_page(js=js)
    enter(page, bruno)
    page.goto("/minhas-ideias?aba=seguidas")
    found = violations(page, "followed ideas") if js else []
    for number in (0, 1):
        page.get_by_role("checkbox", name=f"Uma ideia que Bruno segue, de número {number}").check()
    page.get_by_role("button", name="Deixar de seguir as marcadas").click()
    expect(page.get_by_text("Você deixou de seguir 2 ideias.").first).to_be_visible()
    expect(page.get_by_role("link", name="de número 2")).to_be_visible()
    expect(page.get_by_role("link", name="de número 0")).to_have_count(0)
    page.get_by_label("Quando voto").select_option(label="Nada")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("Você ainda não segue ideias").first).to_be_visible()

    page.goto("/")
    page.get_by_text("Como isto é ordenado?").click()
    page.get_by_role("link", name="Todas as ordens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Como as ideias são ordenadas")
    found += violations(page, "the orders") if js else []
    page.goto(f"/ideias/{ideas[2].id}")
    page.get_by_role("link", name="Como esta ideia é ordenada?").click()
    expect(page.get_by_role("cell", name="soma 0,0 hoje")).to_be_visible()
    found += violations(page, "an idea's positions") if js else []
    assert found == []
