"""/painel/solicitacoes: operators decide requests to companies without an administrator."""

import pytest
from sqlalchemy import select

from ideas.companies.models import AccessRequest, Company, Invitation
from ideas.db import db
from tests import make
from tests.conftest import statements

ROOM = "/painel/solicitacoes"


@pytest.fixture
def orphan() -> Company:
    company = make.company("Oficina Sul")
    company.cnpj = "11444777000161"
    return company


@pytest.fixture
def asked(orphan: Company) -> AccessRequest:
    made = AccessRequest(company_id=orphan.id, cnpj=orphan.cnpj, cpf_lookup="1", name="Nina Alves",
                         email="nina@exemplo.example", language="pt-BR", network="x")  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def test_an_operator_can_appoint_the_first_administrator(browser, iris, asked) -> None:
    mine = browser(iris)
    assert "Oficina Sul" in mine.get(ROOM).text
    assert "Passa a administrar" in mine.get(f"{ROOM}/{asked.id}").text
    assert mine.post(f"{ROOM}/{asked.id}/aprovar", data={"makes_administrator": "y"}).location == ROOM
    assert db.session.scalars(select(Invitation.makes_administrator)).one() is True
    assert "Nenhuma solicitação" in mine.get(ROOM).text


def test_an_operator_can_refuse_with_a_reason(browser, iris, asked) -> None:
    mine = browser(iris)
    assert mine.post(f"{ROOM}/{asked.id}/recusar").status_code == 422
    assert mine.post(f"{ROOM}/{asked.id}/recusar", data={"reason": "Não é da empresa."}).location == ROOM


def test_b16_operators_may_not_decide_if_there_is_an_administrator(browser, iris, carla, asked, orphan) -> None:
    asked.company_id = make.companies_of(carla)[0].id
    mine = browser(iris)
    assert mine.get(f"{ROOM}/{asked.id}").status_code == 404
    assert mine.post(f"{ROOM}/{asked.id}/aprovar").status_code == 404
    assert browser(carla).get(ROOM).status_code == 403


def test_the_pages_stay_within_their_statement_budget(browser, iris, asked) -> None:
    mine = browser(iris)
    with statements() as sent:
        mine.get(ROOM)
    assert len(sent) == 3
