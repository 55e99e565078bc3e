"""What is looked at before any view: foreign fields, and secrets in an address."""

import pytest
from wtforms.fields.core import UnboundField

from ideas.accounts.models import Person
from ideas.web.forms import Form
from ideas.web.gate import FOREIGN_FIELDS
from tests.cast import CPFS

SIGN_IN = "/entrar"


def forms(parent: type[Form] = Form) -> set[type[Form]]:
    return {parent}.union(*map(forms, parent.__subclasses__()))


@pytest.mark.parametrize("address", [SIGN_IN, "/esqueci-minha-senha", "/quero-me-cadastrar"])
def test_a11_v16_3_3_fields_that_no_form_has_are_an_event(browser, events, address: str) -> None:
    browser().post(address, data={"key": "ana@exemplo.example", "role": "operator", "company_id": "2", "x": "1"})
    (event,) = [one for one in events if one["event"] == "portal:request:foreign_fields"]
    assert (event["fields"], event["log_level"]) == ("company_id role", "warning")
    assert "operator" not in str(event), "what was sent in them is not written down"


def test_b14_fields_that_no_form_has_are_an_event(browser, events, ana: Person) -> None:
    mine = browser(ana)
    mine.post("/perfil", data={"name": "Ana", "is_admin": "1", "user_id": "3"})
    assert [one["fields"] for one in events if one["event"] == "portal:request:foreign_fields"] == ["is_admin user_id"]
    events.clear()
    mine.post("/perfil", data={"name": "Ana"})
    assert "portal:request:foreign_fields" not in {one["event"] for one in events}


def test_b14_no_form_has_a_field_that_counts_as_foreign(app) -> None:
    everywhere = forms()
    assert len(everywhere) > 20
    for form in everywhere:
        fields = {name for name in dir(form) if isinstance(getattr(form, name), UnboundField)}
        assert not fields & FOREIGN_FIELDS, form.__name__


@pytest.mark.parametrize("typed", [CPFS["ana"], "52998224725", "balancete 529.982.247-25 da Ana"])
@pytest.mark.parametrize(
    ("who", "page"), [(None, "/"), ("ana", "/chamados"), ("carla", "/empresa/pessoas"), ("iris", "/painel/pessoas")]
)
def test_i06_v14_2_1_a_cpf_typed_into_a_search_stands_in_no_address_and_on_no_page(
    browser, request, who, page, typed
) -> None:
    mine = browser(request.getfixturevalue(who) if who else None)
    answer = mine.get(page, query_string={"quais": "", "q": typed})
    assert (answer.status_code, answer.location) == (303, f"{page}?quais=")
    shown = mine.get(page).text
    assert "Um CPF não pode ficar no endereço" in shown
    assert typed not in shown


def test_i06_nor_in_the_way_back_after_signing_in(browser) -> None:
    assert browser().get(SIGN_IN, query_string={"next": "/?q=52998224725"}).location == SIGN_IN
    assert browser().get("/chamados?q=52998224725").location == "/chamados"


def test_a16_leaving_a_cpf_out_leads_nobody_off_the_site(browser) -> None:
    assert browser().get("//x.example/?q=52998224725").location in {"/", "/x.example/"}


@pytest.mark.parametrize("words", ["11.222.333/0001-81", "2025-000123", "52998224724", "+55 11 98765-4321"])
def test_other_numbers_are_looked_for(browser, words: str) -> None:
    assert browser().get("/", query_string={"q": words}).status_code == 200
