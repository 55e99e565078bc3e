"""The pages of /empresa."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person, StaffRole
from ideas.companies import leaving, listing
from ideas.companies.models import Company, Invitation, Membership
from ideas.db import db
from tests import make
from tests.conftest import HTMX, statements

PEOPLE, INVITATIONS = "/empresa/pessoas", "/empresa/convites"
ADMINISTRATORS_PAGES = [PEOPLE, INVITATIONS, "/empresa/convites/novo", "/empresa/solicitacoes"]


def number_of(person: Person, company: Company) -> int:
    held = listing.membership_of(person, company)
    assert held
    return held.id


def test_members_see_their_company_its_administrator_and_their_permissions(browser, ana) -> None:
    page = browser(ana).get("/empresa").text
    for words in ("Padaria Aurora", "11.222.333/0001-81", "Carla Nunes", "carla@exemplo.example", "As suas permissões"):
        assert words in page
    assert PEOPLE not in page


def test_people_without_a_company_see_how_to_join_one(browser, elisa, ana, aurora) -> None:
    assert "equipe do fornecedor" in browser(elisa).get("/empresa").text
    held = listing.membership_of(ana, aurora)
    assert held
    held.ended_at = clock.now()
    page = browser(ana).get("/empresa").text
    assert "ainda não faz parte" in page
    assert "/quero-me-cadastrar" in page


def test_the_user_menu_leads_to_the_company(browser, ana, carla) -> None:
    assert 'href="/empresa"' in browser(ana).get("/codigo-de-conduta").text
    assert f'href="{PEOPLE}"' in browser(carla).get("/empresa").text


@pytest.mark.parametrize("address", ADMINISTRATORS_PAGES)
def test_b01_only_the_administrator_may_open_the_administration_pages(browser, address, ana, carla, iris) -> None:
    assert browser(carla).get(address).status_code == 200
    assert browser(ana).get(address).status_code == 403
    assert browser(iris).get(address).status_code == 403, "operators have pages of their own"
    assert browser().get(address).status_code == 303


def test_b05_members_are_listed_only_for_the_current_administrator(browser, aurora, ana, carla, bruno) -> None:
    carlas, anas = browser(carla), browser(ana)
    page = carlas.get(PEOPLE).text
    assert all(name in page for name in ("Ana Ribeiro", "Carla Nunes", "Davi Prado"))
    assert "Bruno Leal" not in page
    assert carlas.post(f"{PEOPLE}/{number_of(ana, aurora)}/administracao").status_code == 303
    assert (carlas.get(PEOPLE).status_code, anas.get(PEOPLE).status_code) == (403, 200)


def test_members_are_found_by_part_of_their_name_or_email(browser, carla, aurora) -> None:
    make.customer("Íris D'Ávila", aurora)
    mine = browser(carla)
    assert "D&#39;Ávila" in mine.get(f"{PEOPLE}?q=iris avila").text
    page = mine.get(f"{PEOPLE}?q=ANA@").text
    assert "Ana Ribeiro" in page
    assert "Davi Prado" not in page
    for words in ("%", "_", "nada que exista", "\x00", "'"):
        assert "Ana Ribeiro" not in mine.get(PEOPLE, query_string={"q": words}).text or words == "\x00"


def test_a_long_list_is_paginated_without_gaps_or_duplicates(browser, carla, aurora) -> None:
    start = clock.now()
    for place in range(65):
        person = make.customer(f"Pessoa {place:03}", aurora)
        listing.membership_of(person, aurora).started_at = start - timedelta(days=place // 3)  # type: ignore[union-attr]
    mine, address, seen = browser(carla), PEOPLE, []
    for headers in (None, HTMX, None):
        page = mine.get(address, headers=headers).text
        seen += re.findall(r"Pessoa \d{3}</a>", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 65
    for cursor in ("x", "aTF-MQ", "ZDF-MQ" * 9):
        assert mine.get(f"{PEOPLE}?pagina={cursor}").status_code == 404


def test_changed_permissions_take_effect_at_the_next_request(browser, carla, ana, aurora) -> None:
    mine, address = browser(carla), f"{PEOPLE}/{number_of(ana, aurora)}"
    assert mine.get(address).status_code == 200
    answer = mine.post(address, data={"self_service": "y", "tickets_restricted": "y"})
    assert (answer.status_code, answer.location) == (303, PEOPLE)
    held = listing.membership_of(ana, aurora)
    assert held
    assert (held.self_service, held.technical_consulting, held.tickets_restricted) == (True, False, True)
    assert "acesso restrito" in browser(ana).get("/empresa").text


def test_b14_extra_fields_change_nothing(browser, carla, ana, aurora, litoral) -> None:
    number = number_of(ana, aurora)
    extra = {"company_id": litoral.id, "person_id": carla.id, "ended_at": "2020-01-01", "administrator_id": number,
             "role": "operator", "makes_administrator": "y", "accepted_at": "2020-01-01", "is_admin": "1"}  # fmt: skip
    mine = browser(carla)
    mine.post(f"{PEOPLE}/{number}", data={"self_service": "y"} | extra)
    mine.post(f"{INVITATIONS}/novo", data={"name": "Nina Alves", "email": "nina@exemplo.example"} | extra)
    held = db.session.get_one(Membership, number)
    assert (held.company_id, held.person_id, held.ended_at, held.self_service) == (aurora.id, ana.id, None, True)
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.company_id, invitation.makes_administrator, invitation.accepted_at) == (aurora.id, False, None)
    assert db.session.scalars(select(StaffRole).where(StaffRole.person_id == ana.id)).all() == []


@pytest.mark.parametrize(("sent", "given"), [("true", True), ("1", True), ("on", True), ("y", True), ("[]", True),
                                             ("false", False), ("", False), (None, False)])  # fmt: skip
def test_b15_repeated_permission_fields_have_one_meaning(browser, carla, ana, aurora, sent, given) -> None:
    number = number_of(ana, aurora)
    data = {} if sent is None else {"self_service": [sent, "false"]}
    browser(carla).post(f"{PEOPLE}/{number}", data=data)
    assert db.session.get_one(Membership, number).self_service is given


def test_b16_v8_4_1_members_of_another_company_and_staff_are_not_found(
    browser, carla, bruno, litoral, ana, aurora
) -> None:
    mine, theirs = browser(carla), number_of(bruno, litoral)
    for tail in ("", "/remover", "/administracao"):
        assert mine.get(f"{PEOPLE}/{theirs}{tail}").status_code == 404
        assert mine.post(f"{PEOPLE}/{theirs}{tail}").status_code == 404
        assert mine.get(f"{PEOPLE}/999999{tail}").status_code == 404, "the same as an unknown id"
    others = browser(ana)
    for tail in ("", "/remover", "/administracao"):
        assert others.post(f"{PEOPLE}/{number_of(ana, aurora)}{tail}").status_code == 403
    assert listing.membership_of(bruno, litoral)


def test_b18_an_unknown_id_and_a_foreign_id_get_the_same_answer(browser, carla, bruno, litoral) -> None:
    mine = browser(carla)

    def masked(page: str) -> str:
        return re.sub(r'csrf_token" value="[^"]*"|/\d+|[0-9a-f]{16}', "", page)

    theirs, never = (mine.get(f"{PEOPLE}/{number}") for number in (number_of(bruno, litoral), 999_999))
    assert masked(theirs.text) == masked(never.text)


def test_removing_a_member_requires_confirmation(browser, carla, ana, aurora) -> None:
    mine, address = browser(carla), f"{PEOPLE}/{number_of(ana, aurora)}/remover"
    assert "Tirar Ana Ribeiro de Padaria Aurora?" in mine.get(address).text
    assert mine.post(address).location == PEOPLE
    assert "Ana Ribeiro não faz mais parte" in mine.get(PEOPLE).text
    assert listing.membership_of(ana, aurora) is None
    assert mine.post(address).status_code == 404


def test_a14_v8_3_2_removal_takes_effect_at_the_next_request_in_every_browser(browser, carla, ana, aurora) -> None:
    browsers = [browser(ana) for _ in range(50)]
    assert "Padaria Aurora" in browsers[0].get("/empresa").text
    browser(carla).post(f"{PEOPLE}/{number_of(ana, aurora)}/remover")
    for mine in browsers:
        page = mine.get("/empresa")
        assert page.status_code == 200, "the sessions stay"
        assert "ainda não faz parte" in page.text


def test_the_removal_page_transfers_obligations(browser, carla, ana, davi, aurora, monkeypatch) -> None:
    owned = {number_of(ana, aurora): 2}

    def transfer(membership: Membership, heir: Membership, by: Person) -> None:
        owned[heir.id] = owned.pop(membership.id)

    monkeypatch.setattr(leaving, "_obligations", {})
    leaving.register_obligation("parcels", lambda one: owned.get(one.id, 0), transfer, label="Pacotes")
    mine, address = browser(carla), f"{PEOPLE}/{number_of(ana, aurora)}/remover"
    assert "Pacotes: 2" in mine.get(address).text
    for email in ("ninguem@exemplo.example", "bruno@exemplo.example", "ana@exemplo.example"):
        refused = mine.post(address, data={"heir-parcels": email})
        assert refused.status_code == 409
        assert f'value="{email}"' in refused.text, "the input is kept"
    assert mine.post(address, data={"heir-parcels": " DAVI@exemplo.example "}).status_code == 303
    assert owned == {number_of(davi, aurora): 2}


def test_the_administrator_can_invite_a_person(browser, carla, aurora) -> None:
    mine = browser(carla)
    answer = mine.post(
        f"{INVITATIONS}/novo", data={"name": "Nina Alves", "email": "Nina@Exemplo.example", "self_service": "y"}
    )
    assert (answer.status_code, answer.location) == (303, INVITATIONS)
    page = mine.get(INVITATIONS).text
    assert "Nina Alves" in page
    assert "nina@exemplo.example" in page
    another = {"name": "Otto Reis", "email": "otto@exemplo.example", "another": "1"}
    assert mine.post(f"{INVITATIONS}/novo", data=another).location == f"{INVITATIONS}/novo"


@pytest.mark.parametrize(("data", "says"), [
    ({}, "Confira 2 campos"),
    ({"name": "Nina", "email": "nina"}, "não parece completo"),
    ({"name": "Nina", "email": "a@b\r\nBcc: x@y.example"}, "não parece completo"),
    ({"name": "x" * 121, "email": "nina@exemplo.example"}, "Encurte o nome"),
    ({"name": "Ana", "email": "ana@exemplo.example"}, "já faz parte da empresa"),
])  # fmt: skip
def test_the_refusal_of_an_invitation_is_shown_beside_the_field(browser, carla, data, says) -> None:
    answer = browser(carla).post(f"{INVITATIONS}/novo", data=data)
    assert answer.status_code in {409, 422}
    assert says in answer.text
    assert f'value="{data.get("name", "")}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_an_invitation_can_be_resent_or_revoked(browser, carla, bruno, aurora) -> None:
    mine = browser(carla)
    mine.post(f"{INVITATIONS}/novo", data={"name": "Nina Alves", "email": "nina@exemplo.example"})
    number = db.session.scalars(select(Invitation.id)).one()
    for action in ("reenviar", "revogar"):
        assert browser(bruno).post(f"{INVITATIONS}/{number}/{action}").status_code == 404
    assert mine.post(f"{INVITATIONS}/{number}/reenviar").status_code == 303
    assert db.session.get_one(Invitation, number).sendings == 2
    assert mine.post(f"{INVITATIONS}/{number}/revogar").status_code == 303
    assert "Nenhum convite pendente" in mine.get(INVITATIONS).text
    assert mine.post(f"{INVITATIONS}/{number}/reenviar").status_code == 404


def test_handing_over_the_administration_requires_confirmation(browser, carla, ana, aurora) -> None:
    mine, address = browser(carla), f"{PEOPLE}/{number_of(ana, aurora)}/administracao"
    assert "Passar a administração a Ana Ribeiro?" in mine.get(address).text
    assert mine.post(address).location == "/empresa"
    assert "A administração agora é de Ana Ribeiro." in mine.get("/empresa").text
    assert mine.post(address).status_code == 403
    assert aurora.administrator_id == number_of(ana, aurora)


def test_the_pages_stay_within_their_statement_budget(browser, carla, aurora) -> None:
    for place in range(40):
        make.customer(f"Pessoa {place}", aurora)
        db.session.add(Invitation(company_id=aurora.id, email=f"p{place}@exemplo.example", name="Pessoa"))
    mine = browser(carla)
    costs = {}
    for address in ("/empresa", *ADMINISTRATORS_PAGES):
        with statements() as sent:
            mine.get(address)
        costs[address] = len(sent)
    # Two statements of each page are for the session and the bell.
    assert costs == {"/empresa": 7, PEOPLE: 5, INVITATIONS: 5, "/empresa/convites/novo": 2, "/empresa/solicitacoes": 6}
