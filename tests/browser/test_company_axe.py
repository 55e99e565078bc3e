"""axe finds nothing on the pages of a company: WCAG 2.2 AA and best practice."""

import pytest
from sqlalchemy import select

from ideas.companies import inviting, listing
from ideas.companies.models import AccessRequest, Invitation
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import make
from tests.browser.test_axe import check, violations


@pytest.fixture
def addresses(ana, carla) -> dict[str, list[str]]:
    """The pages, by who opens them: with people, an invitation and a request to show."""
    set_mode(Mode.WRITE)
    aurora = make.companies_of(ana)[0]
    invitation = Invitation(company_id=aurora.id, email="nina@exemplo.example", name="Nina Alves")
    asked = AccessRequest(company_id=aurora.id, cnpj=aurora.cnpj, cpf_lookup="1", name="Otto Reis",
                          email="otto@exemplo.example", language="pt-BR", network="x")  # fmt: skip
    db.session.add_all([invitation, asked])
    db.session.flush()
    held, token = listing.membership_of(ana, aurora), inviting.mint(invitation)
    assert held
    one = f"/empresa/pessoas/{held.id}"
    found = {
        "": ["/quero-me-cadastrar", "/quero-me-cadastrar/enviado", f"/primeiro-acesso/{token}", "/primeiro-acesso/x"],
        "ana": ["/empresa", f"/primeiro-acesso/{token}"],
        "carla": ["/empresa", "/empresa/pessoas", "/empresa/pessoas?q=zz", one, f"{one}/remover", f"{one}/administracao",
                  "/empresa/pessoas/lote", "/empresa/convites", "/empresa/convites/novo", "/empresa/solicitacoes", f"/empresa/solicitacoes/{asked.id}"],
        "elisa": ["/empresa"],
        "iris": ["/painel/solicitacoes"],
    }  # fmt: skip
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return found


def test_axe_finds_nothing_on_the_pages_of_a_company(addresses, open_page, enter):
    faults = []
    for who, pages in addresses.items():
        page = open_page(quiet=True)
        if who:
            enter(page, make.person(who))
        faults += [fault for address in pages for fault in check(page, address)]
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (1280, True)])
def test_axe_finds_nothing_narrow_or_dark_in_a_company(addresses, open_page, enter, width, dark):
    faults = []
    for who, pages in addresses.items():
        page = open_page(width=width, dark=dark, quiet=True)
        if who:
            enter(page, make.person(who))
        faults += [fault for address in pages for fault in check(page, address)]
    assert faults == []


def test_axe_finds_nothing_in_forms_with_errors(addresses, open_page, enter, carla):
    visitor, administrator = open_page(), open_page()
    visitor.goto("/quero-me-cadastrar")
    visitor.get_by_role("button", name="Pedir acesso").click()
    visitor.get_by_role("alert").wait_for()
    faults = violations(visitor, "asking, with errors")
    enter(administrator, carla)
    administrator.goto("/empresa/convites/novo")
    administrator.get_by_role("button", name="Enviar convite").click()
    administrator.get_by_role("alert").wait_for()
    assert faults + violations(administrator, "inviting, with errors") == []
    assert db.session.scalars(select(Invitation.email)).one() == "nina@exemplo.example"
