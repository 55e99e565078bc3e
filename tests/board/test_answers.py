"""The form of the vendor's answer: /ideias/<n>/resposta."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from ideas import clock
from ideas.accounts.models import Person, ProductManager
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.models import Idea, OfficialResponse, StatusChange
from ideas.db import db
from tests import lookups, make
from tests.conftest import HTMX, statements


def sent(idea: Idea, **fields: Any) -> dict[str, Any]:
    """Return the fields that the form of this idea sends."""
    return {"seen": deciding.version_token(idea), "to": "keep", "text": "", "link": "", **fields}


def address(idea: Idea) -> str:
    return f"/ideias/{idea.id}/resposta"


def test_an_answer_appears_on_the_ideas_page(browser: Any, elisa: Person, bruno: Person) -> None:
    idea = make.idea()
    release = make.release("12.1.2610")
    fields = sent(idea, to="planned", text="Entra na **próxima**.", target_release=str(release.id), target_quarter="")
    answer = browser(elisa).post(address(idea), data=fields)
    assert (answer.status_code, answer.location) == (303, lookups.address_of(idea))
    page = browser(bruno).get(lookups.address_of(idea)).text
    assert "Entra na <strong>próxima</strong>." in page
    assert "Resposta oficial" in page
    assert "Planejada" in page
    assert "12.1.2610" in page
    assert idea.status_key == "planned"


def test_htmx_reloads_the_whole_page_after_an_answer(browser: Any, elisa: Person) -> None:
    idea = make.idea()
    answer = browser(elisa).post(address(idea), data=sent(idea, to="under_review"), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, lookups.address_of(idea))


@pytest.mark.parametrize("who", ["bruno", "fabio", "heitor", "iris"])
def test_only_product_managers_can_answer(who: str, browser: Any) -> None:
    idea = make.idea()
    answer = browser(make.person(who)).post(address(idea), data=sent(idea, text="Vimos."))
    assert answer.status_code == 403
    assert lookups.count(OfficialResponse) == 0


def test_a_manager_of_another_product_cannot_answer(browser: Any, elisa: Person) -> None:
    idea, other = make.idea(), make.idea(product="rh")
    db.session.execute(delete(ProductManager).where(ProductManager.product_id == idea.product_id))
    assert browser(elisa).post(address(idea), data=sent(idea, text="Vimos.")).status_code == 403
    assert browser(elisa).post(address(other), data=sent(other, text="Vimos.")).status_code == 303
    assert "answering" not in browser(elisa).get(lookups.address_of(idea)).text
    assert "answering" in browser(elisa).get(lookups.address_of(other)).text


def test_only_managers_see_the_answer_form(browser: Any, elisa: Person, bruno: Person) -> None:
    idea = make.idea()
    assert address(idea) in browser(elisa).get(lookups.address_of(idea)).text
    for reader in (None, bruno, make.person("fabio")):
        assert address(idea) not in browser(reader).get(lookups.address_of(idea)).text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_answer_keeps_everything_typed(headers: dict[str, str], browser: Any, elisa: Person) -> None:
    idea = make.idea()
    fields = sent(idea, to="already_exists", text="Está no menu <Fiscal>.", target_quarter="")
    answer = browser(elisa).post(address(idea), data=fields, headers=headers)
    assert answer.status_code == 422
    assert "Esta situação pede um link" in answer.text
    assert "Está no menu &lt;Fiscal&gt;." in answer.text
    assert '<option selected value="already_exists">' in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert lookups.count(OfficialResponse) == 0


def test_an_error_is_shown_at_its_field(browser: Any, elisa: Person) -> None:
    idea = make.idea()
    answer = browser(elisa).post(address(idea), data=sent(idea, to="declined"), headers=HTMX)
    assert 'id="answer-text-error"' in answer.text
    assert 'href="#answer-text"' in answer.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ajuda", "https://", "ftp://a.example", "https://a b"])
def test_c11_the_link_must_be_a_complete_web_address(link: str, browser: Any, elisa: Person) -> None:
    idea = make.idea()
    answer = browser(elisa).post(address(idea), data=sent(idea, text="Veja.", link=link), headers=HTMX)
    assert answer.status_code == 422
    assert "Escreva o endereço inteiro" in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_of_two_managers_keeps_the_typed_text(headers: dict[str, str], browser: Any, elisa: Person) -> None:
    idea = make.idea()
    fields = sent(idea, to="planned", text="Entra no segundo semestre.", target_quarter="")
    deciding.decide(idea, Decision(to="declined", text="Não cabe."), by=elisa)
    answer = browser(elisa).post(address(idea), data=fields, headers=headers)
    assert answer.status_code == 422
    assert "Outra pessoa respondeu enquanto você escrevia" in answer.text
    assert "Entra no segundo semestre." in answer.text
    assert idea.status_key == "declined"
    # The form that is shown can be sent again.
    assert f'value="{deciding.version_token(idea)}"' in answer.text


def test_a_decision_refused_while_deciding_keeps_the_typed_text_too(
    browser: Any, elisa: Person, monkeypatch: Any
) -> None:
    idea = make.idea()
    faster = deciding.decide

    def second(idea: Idea, decision: Decision, *, by: Person) -> Any:
        faster(idea, Decision(text="Cheguei antes."), by=by)
        return faster(idea, decision, by=by)

    monkeypatch.setattr(deciding, "decide", second)
    answer = browser(elisa).post(address(idea), data=sent(idea, text="Minha resposta."), headers=HTMX)
    assert answer.status_code == 422
    assert "Outra pessoa respondeu" in answer.text
    assert "Minha resposta." in answer.text
    assert lookups.count(OfficialResponse) == 0
    assert f'value="{deciding.version_token(idea)}"' in answer.text, "the form shows what the database holds"


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "delivered"},
        {"to": "<b>"},
        {"to": ""},
        {"text": "x" * 10_001},
        {"to": "planned", "target_release": "999999"},
        {"to": "planned", "target_release": "x"},
        {"to": "planned", "target_quarter": "1999-T1"},
        {"seen": "x"},
    ],
)
def test_b15_values_that_the_form_does_not_offer_are_refused(
    fields: dict[str, str], browser: Any, elisa: Person
) -> None:
    idea = make.idea()
    answer = browser(elisa).post(address(idea), data=sent(idea, **{"text": "Vimos.", **fields}))
    assert answer.status_code == 422
    assert lookups.count(OfficialResponse) == lookups.count(StatusChange) == 0


def test_b14_fields_that_are_not_in_the_form_change_nothing(browser: Any, elisa: Person, bruno: Person) -> None:
    idea = make.idea()
    extra = {"by_id": str(bruno.id), "status_key": "delivered", "people_count": "99", "answered_at": "2020-01-01"}
    browser(elisa).post(address(idea), data=sent(idea, text="Vimos.", **extra))
    response = db.session.scalars(select(OfficialResponse)).one()
    assert (response.by_id, idea.status_key, idea.people_count) == (elisa.id, "new", 0)


def test_the_form_offers_only_permitted_statuses(browser: Any, elisa: Person) -> None:
    page = browser(elisa).get(lookups.address_of(make.idea(status="declined"))).text
    assert '<option value="under_review">' in page
    assert '<option value="planned">' in page
    assert '<option value="delivered">' not in page
    assert 'id="answer-delivered-release"' not in page
    assert 'id="answer-reason"' in page
    page = browser(elisa).get(lookups.address_of(make.idea(status="new"))).text
    assert 'id="answer-reason"' not in page
    page = browser(elisa).get(lookups.address_of(make.idea(status="planned"))).text
    assert 'id="answer-delivered-release"' in page


def test_the_form_contains_the_current_target(browser: Any, elisa: Person) -> None:
    idea = make.idea(status="planned", target_quarter="2020-T1")
    assert '<option selected value="2020-T1">' in browser(elisa).get(lookups.address_of(idea)).text


def test_b20_the_form_offers_no_unannounced_release(browser: Any, elisa: Person) -> None:
    make.release("12.1.2610").announced_at = None
    assert "12.1.2610" not in browser(elisa).get(lookups.address_of(make.idea(status="planned"))).text


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b10_an_idea_out_of_sight_cannot_be_answered(out_of_sight: str, browser: Any, elisa: Person) -> None:
    idea = make.idea(**{out_of_sight: clock.now()})
    assert browser(elisa).post(address(idea), data=sent(idea, text="Vimos.")).status_code == 404
    assert browser(elisa).post("/ideias/999999/resposta", data={"text": "Vimos."}).status_code == 404


def test_the_answer_form_takes_one_statement(browser: Any, elisa: Person, fabio: Person) -> None:
    idea = make.idea(status="planned")
    manager, other = browser(elisa), browser(fabio)
    for one in (manager, other):
        one.get(lookups.address_of(idea))
    with statements() as for_manager:
        manager.get(lookups.address_of(idea))
    with statements() as for_other:
        other.get(lookups.address_of(idea))
    assert len(for_manager) == len(for_other) + 1
