"""First access, switching companies, requesting access, and handing over administration, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from ideas.companies import inviting
from ideas.companies.models import Invitation
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import make

CPF, PASSWORD = "153.509.460-56", "girassol na varanda"


def link_of(email: str) -> str:
    """Return the address that the invitation's email links to."""
    db.session.rollback()
    set_mode(Mode.WRITE)
    invitation = db.session.scalars(select(Invitation).where(Invitation.email == email)).one()
    token = inviting.create_link(invitation)
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return f"/primeiro-acesso/{token}"


def main(page: Page):
    return page.get_by_role("main")


def accept_invitation(page: Page, address: str) -> None:
    """Accept an invitation, after one attempt with a wrong CPF."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Boas-vindas, Nina")
    page.get_by_label("CPF").fill("153.509.460-57")
    page.get_by_label("Senha").fill(PASSWORD)
    main(page).get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert")).to_contain_text("CPF não é válido")
    expect(page.get_by_label("CPF")).to_have_value("")
    page.get_by_label("CPF").fill(CPF)
    page.get_by_label("Senha").fill(PASSWORD)
    main(page).get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("Pronto: você entrou em Padaria Aurora.").first).to_be_visible()


def test_invited_person_joins_and_is_removed(js, open_page, enter, carla):
    administrator = open_page(js=js)
    enter(administrator, carla)
    administrator.goto("/empresa")
    main(administrator).get_by_role("link", name="Convidar").click()
    administrator.get_by_label("Nome completo").fill("Nina Alves")
    administrator.get_by_label("E-mail").fill("nina@exemplo.example")
    administrator.get_by_label("Consultoria Técnica").check()
    administrator.get_by_role("button", name="Enviar convite").click()
    expect(administrator.get_by_text("Convite enviado a nina@exemplo.example").first).to_be_visible()

    newcomer = open_page(js=js, width=375)
    accept_invitation(newcomer, link_of("nina@exemplo.example"))
    newcomer.goto("/empresa")
    expect(main(newcomer).get_by_text("carla@exemplo.example")).to_be_visible()

    administrator.goto("/empresa/pessoas")
    administrator.get_by_role("searchbox", name="Buscar por nome ou e-mail").fill("nina")
    administrator.get_by_role("button", name="Buscar").click()
    expect(main(administrator).get_by_role("listitem")).to_have_count(1)
    main(administrator).get_by_role("link", name="Nina Alves").click()
    administrator.get_by_role("link", name="Tirar da empresa…").click()
    administrator.get_by_role("button", name="Tirar da empresa").click()
    expect(administrator.get_by_text("Nina Alves não faz mais parte da empresa.").first).to_be_visible()
    newcomer.goto("/empresa")
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("ainda não faz parte")


def test_administrator_approves_an_access_request(js, open_page, enter, carla):
    visitor = open_page(js=js, width=375)
    visitor.goto("/entrar")
    visitor.get_by_role("link", name="Quero me cadastrar").click()
    visitor.get_by_label("CPF").fill(CPF)
    visitor.get_by_label("Nome completo").fill("Nina Alves")
    visitor.get_by_label("E-mail").fill("nina@exemplo.example")
    visitor.get_by_label("CNPJ da empresa").fill("11.222.333/0001-81")
    visitor.get_by_role("button", name="Pedir acesso").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Pedido recebido")

    administrator = open_page(js=js)
    enter(administrator, carla)
    administrator.goto("/empresa")
    administrator.get_by_role("link", name="Ver as solicitações").click()
    administrator.get_by_role("link", name="Decidir o pedido de Nina Alves").click()
    administrator.get_by_label("Acesso ao Autoatendimento").check()
    administrator.get_by_role("button", name="Aprovar e convidar").click()
    expect(administrator.get_by_text("Pedido aprovado").first).to_be_visible()
    accept_invitation(visitor, link_of("nina@exemplo.example"))


def test_administrator_hands_over_to_a_colleague(js, open_page, enter, ana, carla):
    administrator, successor = open_page(js=js), open_page(js=js)
    enter(administrator, carla)
    enter(successor, ana)
    administrator.goto("/empresa/pessoas")
    main(administrator).get_by_role("link", name="Ana Ribeiro").click()
    administrator.get_by_role("link", name="Passar a administração…").click()
    administrator.get_by_role("button", name="Passar a administração").click()
    expect(administrator.get_by_text("A administração agora é de Ana Ribeiro.").first).to_be_visible()
    expect(main(administrator).get_by_role("link", name="Convidar")).to_have_count(0)
    successor.goto("/empresa")
    expect(main(successor).get_by_role("link", name="Convidar")).to_be_visible()


def test_chosen_company_is_restored_at_the_next_sign_in(js, open_page, sign_in, davi):
    page = open_page(js=js)
    sign_in(page, davi)
    page.goto("/empresa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Padaria Aurora")
    page.get_by_role("banner").locator("summary", has_text="Padaria Aurora").click()
    page.get_by_role("banner").get_by_role("button", name="Transportes Litoral").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Transportes Litoral")
    page.get_by_role("banner").locator("summary[aria-label*='minha conta']").click()
    page.get_by_role("button", name="Sair").first.click()
    sign_in(page, davi)
    page.goto("/empresa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Transportes Litoral")


@pytest.mark.parametrize("width", [320, 375])
def test_company_pages_do_not_scroll_sideways(width, open_page, enter, carla, ana):
    set_mode(Mode.WRITE)
    aurora = make.companies_of(carla)[0]
    make.customer(
        "Maximiliana Aparecida Anticonstitucionalissimamente", aurora
    ).email = f"{'nome-comprido' * 4}@exemplo.example"
    for name in ("Nina Alves", "Wolfeschlegelsteinhausenbergerdorff Souza"):
        db.session.add(Invitation(company_id=aurora.id, email=f"{name.split()[0].lower()}@exemplo.example", name=name))
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    page = open_page(width=width)
    enter(page, carla)
    page.goto("/empresa/pessoas")
    address = re.sub(
        r"^.*(/empresa/pessoas/\d+)$",
        r"\1",
        main(page).get_by_role("link", name="Ana Ribeiro").get_attribute("href") or "",
    )
    for where in ("/empresa", "/empresa/pessoas", "/empresa/convites", "/empresa/convites/novo", "/empresa/solicitacoes",
                  address, f"{address}/remover", f"{address}/administracao", "/quero-me-cadastrar"):  # fmt: skip
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
