"""The pages /quero-me-cadastrar and /empresa/solicitacoes."""

import re

import pytest
from sqlalchemy import func, select

from ideas.accounts.documents import find_cpfs
from ideas.companies.models import AccessRequest, Invitation
from ideas.db import db
from tests import make
from tests.cast import CPFS

ASK, REQUESTS = "/quero-me-cadastrar", "/empresa/solicitacoes"
NINA = {"cpf": "153.509.460-56", "name": "Nina Alves", "email": "nina@exemplo.example", "cnpj": "11.222.333/0001-81"}


def number() -> int:
    return db.session.scalars(select(AccessRequest.id).order_by(AccessRequest.id.desc())).first() or 0


@pytest.mark.parametrize("change", [{}, {"cnpj": "11.444.777/0001-61"}, {"cpf": CPFS["ana"]}, {"cpf": CPFS["bruno"]},
                                    {"email": "ana@exemplo.example"}, {"cnpj": "12.abc.345/01de-35"}])  # fmt: skip
def test_b18_v6_3_8_the_answer_is_the_same_for_every_person_and_company(browser, change) -> None:
    answers = []
    for typed in (NINA, NINA | change, NINA | change):
        mine = browser()
        sent = mine.post(ASK, data=typed)
        page = mine.get(sent.location)
        headers = tuple(sorted(name for name, _ in page.headers))
        answers.append((sent.status_code, sent.location, sent.data, page.status_code, headers, masked(page.text)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][:2] == (303, f"{ASK}/enviado")


def masked(page: str) -> str:
    return re.sub(r'csrf_token" value="[^"]*"', "", page)


@pytest.mark.parametrize(("change", "says"), [
    ({"cpf": "153.509.460-57"}, "CPF não é válido"),
    ({"cpf": "１５３.509.460-56"}, "CPF não é válido"),
    ({"cnpj": "11.222.333/0001-82"}, "CNPJ não é válido"),
    ({"email": "nina"}, "não parece completo"),
    ({"name": ""}, "Escreva o nome"),
])  # fmt: skip
def test_a05_invalid_input_is_reported_and_the_cpf_is_not_rendered_back(browser, change, says) -> None:
    answer = browser().post(ASK, data=NINA | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert (NINA | change)["cpf"] not in answer.text
    assert f'value="{(NINA | change)["cnpj"]}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(AccessRequest)) == 0


def test_the_page_is_public_and_prefilled_for_signed_in_people(browser, elisa) -> None:
    assert browser().get(ASK).status_code == 200
    page = browser(elisa).get(ASK).text
    assert 'value="Elisa Moraes"' in page
    assert 'value="elisa@exemplo.example"' in page


def test_the_administrator_can_approve_with_permissions(browser, carla) -> None:
    browser().post(ASK, data=NINA)
    mine = browser(carla)
    page = mine.get(REQUESTS).text
    assert "Nina Alves" in page
    assert not list(find_cpfs(page))
    assert mine.get(f"{REQUESTS}/{number()}").status_code == 200
    assert mine.post(f"{REQUESTS}/{number()}/aprovar", data={"technical_consulting": "y"}).location == REQUESTS
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.email, invitation.technical_consulting) == ("nina@exemplo.example", True)
    assert "Aprovada" in mine.get(REQUESTS).text
    assert mine.post(f"{REQUESTS}/{number()}/aprovar").status_code == 404


def test_refusing_requires_a_reason_and_keeps_the_input(browser, carla) -> None:
    browser().post(ASK, data=NINA)
    mine = browser(carla)
    assert mine.post(f"{REQUESTS}/{number()}/recusar", data={"reason": " "}).status_code == 422
    long = mine.post(f"{REQUESTS}/{number()}/recusar", data={"reason": "Não conheço. " * 50})
    assert (long.status_code, "Não conheço." in long.text) == (422, True)
    assert mine.post(f"{REQUESTS}/{number()}/recusar", data={"reason": "Não é daqui."}).location == REQUESTS
    page = mine.get(REQUESTS).text
    assert "Recusada" in page
    assert "Não é daqui." in page


def test_b16_other_people_can_neither_see_nor_decide_a_request(browser, ana, bruno) -> None:
    browser().post(ASK, data=NINA)
    address = f"{REQUESTS}/{number()}"
    for person, status in ((ana, 403), (bruno, 404)):
        mine = browser(person)
        assert mine.get(address).status_code == status
        for action in ("aprovar", "recusar"):
            assert mine.post(f"{address}/{action}", data={"reason": "x"}).status_code == status
    assert "Nina Alves" not in browser(bruno).get(REQUESTS).text


def test_approving_an_email_of_a_member_is_refused(browser, carla) -> None:
    browser().post(ASK, data=NINA | {"email": "ana@exemplo.example"})
    refused = browser(carla).post(f"{REQUESTS}/{number()}/aprovar")
    assert refused.status_code == 409
    assert "já faz parte da empresa" in refused.text


def test_v2_4_1_a_network_may_send_ten_requests(browser) -> None:
    mine = browser()
    answers = [mine.post(ASK, data=NINA | {"email": f"p{place}@exemplo.example"}) for place in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]


def test_the_list_is_paginated(browser, carla) -> None:
    company = make.companies_of(carla)[0]
    for place in range(25):
        db.session.add(AccessRequest(company_id=company.id, cnpj=company.cnpj, cpf_lookup=f"{place}", name=f"Pessoa {place}",
                                     email=f"p{place}@exemplo.example", language="pt-BR", network="x"))  # fmt: skip
    mine = browser(carla)
    first = mine.get(REQUESTS).text
    more = re.search(r'href="([^"]+)" rel="next"', first)
    assert more
    second = mine.get(more[1]).text
    names = [re.findall(r"Pessoa \d+</a>", page) for page in (first, second)]
    assert [len(some) for some in names] == [20, 5]
    assert not set(names[0]) & set(names[1])
