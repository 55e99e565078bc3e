"""/painel/empresas: operators find and manage companies."""

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.audit.models import AuditEntry
from ideas.companies.models import Company, Invitation
from ideas.db import db
from tests import make
from tests.conftest import statements

LIST = "/painel/empresas"


def company(name: str) -> Company:
    return db.session.query(Company).filter_by(name=name).one()


def test_a_company_is_found_by_prefixes_of_its_name_and_by_its_cnpj(browser, iris):
    company("Padaria Aurora").name = "Padaria São João"
    mine = browser(iris)
    for words in ("padaria", "SAO joa", "11.222.333/0001-81", "11222333"):
        page = mine.get(LIST, query_string={"q": words}).text
        assert "Padaria São João" in page, words
        assert "Transportes Litoral" not in page, words
    assert "Transportes Litoral" in mine.get(LIST, query_string={"q": "12.abc.345/01de-35"}).text
    assert "Nenhuma empresa aqui" in mine.get(LIST, query_string={"q": "ada"}).text


def test_companies_without_an_acting_administrator_are_listed(browser, iris, carla):
    make.company("Sem Ninguém")
    mine = browser(iris)
    assert "1 empresa sem administrador" in mine.get("/painel").text
    carla.locked_at = clock.now()
    page = mine.get(LIST + "?quais=sem-administrador").text
    assert "Sem Ninguém" in page
    assert "Padaria Aurora" in page
    assert "Transportes Litoral" not in page
    company("Sem Ninguém").closed_at = clock.now()
    page = mine.get(LIST + "?quais=sem-administrador").text
    assert "Sem Ninguém" not in page
    assert "Sem Ninguém" in mine.get(LIST + "?quais=encerradas").text


def test_the_list_is_paged_by_keyset_with_constant_statements(browser, iris):
    made = [make.company().name for _ in range(35)]
    mine = browser(iris)
    mine.get(LIST)
    with statements() as sent:
        first = mine.get(LIST).text
    assert len(sent) <= 3
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = mine.get(following).text
    assert [name + "<" in first for name in made].count(True) == 30
    assert all((name + "<" in first) != (name + "<" in second) for name in made)
    assert mine.get(LIST + "?pagina=zzz").status_code == 404
    assert mine.get(LIST + "?quais=outras").status_code == 404


def test_a_company_is_registered_corrected_blocked_closed_and_reopened(browser, iris):
    mine = browser(iris)
    typed = {"name": "Casa Nova", "cnpj": "aa.345.678/000a-29", "financial_email": "Contas@Casa.example"}
    address = mine.post(LIST, data=typed).location
    made = company("Casa Nova")
    assert (made.cnpj, made.financial_email) == ("AA345678000A29", "contas@casa.example")
    assert "AA.345.678/000A-29" in mine.get(address).text
    mine.post(address, data={"name": "Casa Nova S.A.", "financial_email": ""})
    assert (made.name, made.financial_email) == ("Casa Nova S.A.", None)
    mine.post(address + "/pendencia", data={"block-why": "Fatura de outubro"})
    assert "Marcada em" in mine.get(address).text
    mine.post(address + "/pendencia/retirar")
    assert not made.financially_blocked
    assert mine.post(address + "/encerrar").status_code == 422
    assert made.closed_at is None
    mine.post(address + "/encerrar", data={"close-why": "Saiu"})
    assert made.closed_at is not None
    mine.post(address + "/reabrir")
    assert made.closed_at is None
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["company_registered", "company_corrected", "company_blocked", "company_unblocked",
                     "company_closed", "company_reopened"]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"cnpj": "12.ABC.345/01DE-36"}, "Este CNPJ não é válido"),
        ({"cnpj": "11.222.333/0001-81"}, "Já existe uma empresa com este CNPJ"),
        ({"financial_email": "sem arroba"}, "Este e-mail não parece completo"),
        ({"name": ""}, "Escreva o nome"),
        ({"name": "Ana 529.982.247-25"}, "Não escreva CPF aqui"),
    ],
)
def test_an_invalid_company_is_refused_and_the_other_values_are_kept(browser, iris, values, error):
    whole = {"name": "Casa Nova", "cnpj": "AA345678000A29", "financial_email": "contas@casa.example"} | values
    answer = browser(iris).post(LIST, data=whole)
    assert answer.status_code == 422
    assert error in answer.text
    assert "529.982.247-25" not in answer.text
    assert db.session.query(Company).count() == 2
    kept = [value for name, value in whole.items() if name not in values]
    assert all(f'value="{value}"' in answer.text for value in kept)


def test_only_a_member_may_become_administrator(browser, iris):
    empty = make.company("Sem Ninguém")
    person = make.customer("Rita Alves", empty)
    mine, address = browser(iris), f"{LIST}/{empty.id}/administrador"
    nobody = mine.post(address, data={"email": "ana@exemplo.example"})
    assert nobody.status_code == 422
    assert "Ninguém da empresa usa este e-mail" in nobody.text
    assert mine.post(address, data={"email": str(person.email).upper()}).status_code == 303
    assert empty.administrator_id is not None
    again = mine.post(address, data={"email": person.email})
    assert again.status_code == 409


def test_an_invitation_gives_a_company_its_administrator(browser, iris):
    empty = make.company("Sem Ninguém")
    mine, address = browser(iris), f"{LIST}/{empty.id}"
    typed = {"invite-name": "Rita Alves", "invite-email": "Rita@Casa.example"}
    assert mine.post(address + "/convite", data=typed).status_code == 303
    invited = db.session.scalars(select(Invitation)).one()
    assert (invited.email, invited.makes_administrator, invited.company_id) == ("rita@casa.example", True, empty.id)
    assert "Convite para Rita Alves" in mine.get(address).text
    mine.post(address + "/convite/reenviar")
    assert invited.sendings == 2
    mine.post(address + "/convite/cancelar")
    assert not invited.is_open
    assert mine.post(address + "/convite/reenviar").status_code == 404
    wrong = mine.post(address + "/convite", data=typed | {"invite-email": "rita"})
    assert wrong.status_code == 422
    assert 'value="Rita Alves"' in wrong.text


def test_naming_a_member_withdraws_the_invitation_and_a_second_one_is_refused(browser, iris):
    empty = make.company("Sem Ninguém")
    person = make.customer("Rita Alves", empty)
    mine, address = browser(iris), f"{LIST}/{empty.id}"
    typed = {"invite-name": "João Reis", "invite-email": "joao@casa.example"}
    mine.post(address + "/convite", data=typed)
    mine.post(address + "/administrador", data={"email": person.email})
    assert not db.session.scalars(select(Invitation)).one().is_open
    refused = mine.post(address + "/convite", data=typed)
    assert refused.status_code == 409
    assert "Nomear administrador" not in refused.text


def test_b14_unknown_fields_are_ignored(browser, iris, ana):
    aurora = company("Padaria Aurora")
    before = (aurora.cnpj, aurora.root, aurora.administrator_id, aurora.created_at, aurora.closed_at)
    smuggled = {"name": "Aurora", "id": "99", "cnpj": "AA345678000A29", "root": "AA345678", "administrator_id": "1",
                "created_at": "2001-01-01", "closed_at": "2001-01-01", "financially_blocked_at": "2001-01-01",
                "financially_blocked_by_id": str(ana.id)}  # fmt: skip
    assert browser(iris).post(f"{LIST}/{aurora.id}", data=smuggled).status_code == 303
    assert aurora.name == "Aurora"
    assert (aurora.cnpj, aurora.root, aurora.administrator_id, aurora.created_at, aurora.closed_at) == before
    assert not aurora.financially_blocked
