"""Check the pages of a company with axe: WCAG 2.2 AA and best practices."""

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
    """Return pages by the person who opens them. There are people, an invitation and an access request."""
    set_mode(Mode.WRITE)
    aurora = make.companies_of(ana)[0]
    invitation = Invitation(company_id=aurora.id, email="nina@exemplo.example", name="Nina Alves")
    request = AccessRequest(company_id=aurora.id, cnpj=aurora.cnpj, cpf_lookup="1", name="Otto Reis",
                          email="otto@exemplo.example", language="pt-BR", network="x")  # fmt: skip
    db.session.add_all([invitation, request])
    db.session.flush()
    membership, token = listing.membership_of(ana, aurora), inviting.create_link(invitation)
    assert membership
    person = f"/empresa/pessoas/{membership.id}"
    pages = {
        "": ["/quero-me-cadastrar", "/quero-me-cadastrar/enviado", f"/primeiro-acesso/{token}", "/primeiro-acesso/x"],
        "ana": ["/empresa", f"/primeiro-acesso/{token}"],
        "carla": ["/empresa", "/empresa/pessoas", "/empresa/pessoas?q=zz", person, f"{person}/remover", f"{person}/administracao",
                  "/empresa/pessoas/lote", "/empresa/convites", "/empresa/convites/novo", "/empresa/solicitacoes", f"/empresa/solicitacoes/{request.id}"],
        "elisa": ["/empresa"],
        "iris": ["/painel/solicitacoes"],
    }  # fmt: skip
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return pages


def test_company_pages_have_no_violations(addresses, open_page, enter):
    found = []
    for who, pages in addresses.items():
        page = open_page(quiet=True)
        if who:
            enter(page, make.person(who))
        found += [found for address in pages for found in check(page, address)]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (1280, True)])
def test_narrow_and_dark_company_pages_have_no_violations(addresses, open_page, enter, width, dark):
    found = []
    for who, pages in addresses.items():
        page = open_page(width=width, dark=dark, quiet=True)
        if who:
            enter(page, make.person(who))
        found += [found for address in pages for found in check(page, address)]
    assert found == []


def test_company_forms_with_errors_have_no_violations(addresses, open_page, enter, carla):
    visitor, administrator = open_page(), open_page()
    visitor.goto("/quero-me-cadastrar")
    visitor.get_by_role("button", name="Pedir acesso").click()
    visitor.get_by_role("alert").wait_for()
    found = violations(visitor, "asking, with errors")
    enter(administrator, carla)
    administrator.goto("/empresa/convites/novo")
    administrator.get_by_role("button", name="Enviar convite").click()
    administrator.get_by_role("alert").wait_for()
    assert found + violations(administrator, "inviting, with errors") == []
    assert db.session.scalars(select(Invitation.email)).one() == "nina@exemplo.example"
