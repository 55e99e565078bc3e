"""What operators do at /painel, with and without JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ideas import clock
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import recording
from ideas.outbox.models import QueuedEmail
from tests import cast, make
from tests.browser.test_axe import violations


@pytest.fixture
def panel(open_page, enter, iris):
    """`panel(js)` opens the panel as Íris."""

    def open_panel(js: bool, width: int = 1280) -> Page:
        page = open_page(js=js, width=width)
        enter(page, iris)
        page.goto("/painel")
        return page

    return open_panel


@pytest.mark.parametrize("js", [True, False])
def test_operator_registers_a_company_and_invites_its_administrator(js, panel):
    page = panel(js)
    page.get_by_role("link", name="Empresas", exact=True).click()
    page.get_by_role("link", name="Nova empresa").click()
    page.get_by_label("Nome da empresa").fill("Casa Nova")
    page.get_by_label("CNPJ").fill("AA.345.678/000A-28")
    page.get_by_role("button", name="Cadastrar empresa").click()
    expect(page.get_by_text("Este CNPJ não é válido").first).to_be_visible()
    expect(page.get_by_label("Nome da empresa")).to_have_value("Casa Nova")
    page.get_by_label("CNPJ").fill("AA.345.678/000A-29")
    page.get_by_role("button", name="Cadastrar empresa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Casa Nova")
    page.get_by_label("Nome completo").fill("Rita Alves")
    page.get_by_label("E-mail", exact=True).fill("rita@casa.example")
    page.get_by_role("button", name="Convidar para administrar").click()
    expect(page.get_by_role("main").get_by_text("Convite para Rita Alves")).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_operator_finds_a_person_by_cpf_suspends_them_and_sees_it_in_the_log(js, panel):
    page = panel(js, width=375)
    page.get_by_label("Encontrar pessoa").fill(cast.CPFS["ana"])
    page.get_by_role("button", name="Buscar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ribeiro")
    assert "529" not in page.url
    expect(page.get_by_text("***.982.247-**").first).to_be_visible()
    page.get_by_label("Motivo").first.fill("Ofensas repetidas")
    page.get_by_role("button", name="Suspender").click()
    expect(page.get_by_role("main").get_by_text("Suspensa sem prazo", exact=True)).to_be_visible()
    page.get_by_role("link", name="O que fizeram com a conta").click()
    expect(page.get_by_role("main").get_by_text("Suspendeu a pessoa").last).to_be_visible()
    expect(page.get_by_text("“Ofensas repetidas”").first).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_operator_retries_failed_notifications_and_emails(js, panel, ana):
    set_mode(Mode.WRITE)
    event = recording.record("password_changed", thing="person", thing_id=ana.id, by=None)
    event.recorded_at = clock.now() - timedelta(days=9)
    db.session.add(QueuedEmail(event_id=event.id, recipient_key=str(ana.id), next_try_at=None, given_up_at=clock.now()))
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    page = panel(js, width=375)
    page.goto("/painel/correio")
    overdue = page.get_by_role("region", name="Avisos atrasados")
    expect(overdue).to_contain_text("password_changed")
    assert (violations(page, "mail") if js else []) == []
    overdue.get_by_role("button", name="Tentar de novo").click()
    expect(page.get_by_text("O aviso será dado agora").first).to_be_visible()
    page.get_by_role("region", name="Não foi possível entregar").get_by_role("button", name="Tentar de novo").click()
    expect(page.get_by_text("A carta será enviada de novo agora").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_panel_pages_do_not_scroll_sideways(panel, width):
    make.company("Uma empresa de nome muito comprido que não acaba nunca Anticonstitucionalissimamente Ltda.")
    db.session.commit()
    page = panel(True, width=width)
    for address in (
        "/painel",
        "/painel/produtos",
        "/painel/empresas",
        "/painel/empresas/1",
        "/painel/pessoas",
        "/painel/pessoas/1",
        "/painel/registro",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
