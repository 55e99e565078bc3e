"""The page of an idea: its address, who sees it, and what it shows."""

import re

import pytest

from ideas import clock, search
from ideas.accounts.models import Person
from ideas.board.listing import finding
from ideas.board.models import Idea, OfficialResponse
from ideas.board.voting import casting, recounting
from ideas.db import db
from tests import make


def address(idea: Idea) -> str:
    return f"/ideias/{idea.id}-{idea.slug}"


def test_visitors_can_read_a_whole_idea(browser, bruno: Person) -> None:
    idea = make.idea("Exportar o razão", module="fiscal", proposal="Um botão **Planilha**.", author=bruno)
    page = browser().get(address(idea)).text
    assert '<h1 class="article__title" lang="pt-BR">Exportar o razão</h1>' in page
    assert "O problema" in page
    assert "<strong>Planilha</strong>" in page
    assert "ERP › Fiscal" in page
    assert f"nº {idea.id}" in page
    assert "<title>Exportar o razão · Central de Ideias</title>" in page
    assert f'<link rel="canonical" href="http://localhost:8000{address(idea)}">' in page
    assert '<meta property="og:title" content="Exportar o razão">' in page


def test_an_address_without_the_current_slug_redirects(browser) -> None:
    idea = make.idea("Exportar o razão")
    for other in (
        f"/ideias/{idea.id}",
        f"/ideias/{idea.id}-um-titulo-antigo",
        f"/ideias/{idea.id}-x?_scheme=javascript",
    ):
        answer = browser().get(other)
        assert (answer.status_code, answer.location) == (302, f"/ideias/{idea.id}-exportar-o-razao"), other


def test_a_merged_idea_redirects_to_the_canonical_one_which_says_so(browser) -> None:
    canonical, merged = make.idea("Balancete em planilha"), make.idea("Exportar o razão")
    merged.merged_into_id = merged.root_id = canonical.id
    for old in (f"/ideias/{merged.id}", address(merged)):
        answer = browser().get(old)
        assert (answer.status_code, answer.location) == (302, f"{address(canonical)}?de={merged.id}")
    page = browser().get(f"{address(canonical)}?de={merged.id}").text
    assert f"A ideia nº {merged.id}, “Exportar o razão”, foi reunida a esta" in page


@pytest.mark.parametrize("came_from", ["x", "-1", "0", "9" * 40, "%00", "1e3"])
def test_an_origin_that_was_not_merged_is_ignored(browser, came_from: str) -> None:
    idea, other = make.idea(), make.idea("Outra que ninguém reuniu")
    assert "reunida a esta" not in browser().get(f"{address(idea)}?de={came_from}").text
    assert "reunida a esta" not in browser().get(f"{address(idea)}?de={other.id}").text


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_c14_an_unknown_number_is_not_found(browser, number: str) -> None:
    assert browser().get(f"/ideias/{number}").status_code == 404
    assert browser().get(f"/ideias/{number}-x").status_code == 404


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_b18_v8_2_2_an_idea_out_of_sight_answers_like_an_unknown_number(
    browser, bruno, carla, fabio, fact: str
) -> None:
    idea = make.idea("Uma palavra canária", author=bruno, **{fact: clock.now()})
    for other in (None, carla):
        answers = [browser(other).get(f"/ideias/{number}") for number in (idea.id, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert "canária" not in answers[0].text
    for allowed in (bruno, fabio):
        page = browser(allowed).get(address(idea))
        assert page.status_code == 200
        assert '<meta name="robots" content="noindex">' in page.text
        assert re.search(r"ocultou esta ideia|espera verificação|foi retirada por quem", page.text)


def test_7_visitors_see_first_names_and_members_see_full_names(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=bruno)
    assert "Bruno L." in browser().get(address(idea)).text
    assert "Bruno Leal" not in browser().get(address(idea)).text
    assert "Bruno Leal" in browser(carla).get(address(idea)).text


def test_7_only_staff_and_colleagues_see_the_author_s_company(browser, bruno, carla, davi, elisa) -> None:
    idea = make.idea(author=bruno)
    shown = "Bruno Leal, Transportes Litoral"
    assert shown in browser(elisa).get(address(idea)).text
    assert shown in browser(davi).get(address(idea)).text
    assert shown not in browser(carla).get(address(idea)).text
    assert "Transportes Litoral" not in browser().get(address(idea)).text


def test_a_closed_account_is_shown_as_ex_customer(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=carla)
    carla.name, carla.closed_at = "", clock.now()
    assert "ex-cliente" in browser(bruno).get(address(idea)).text


def test_support_shows_people_companies_and_inherited_votes(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea(own_inherited=24)
    for voter in (bruno, carla):
        casting.cast(idea, voter=voter, company=make.company_of(voter))
    recounting.recount(idea)
    page = browser().get(address(idea)).text
    assert "<b>2 pessoas</b> de <b>2 empresas</b>" in page
    assert "26 apoios, 24 herdados" in page


def test_a_member_votes_follows_and_sees_the_state_of_both(browser, bruno: Person) -> None:
    idea = make.idea(author=make.person("carla"))
    page = browser(bruno).get(address(idea)).text
    assert 'aria-pressed="false"' in page
    assert "Seguir" in page
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    page = browser(bruno).get(address(idea)).text
    assert 'aria-pressed="true"' in page
    assert "Seguindo: só resultados" in page


def test_the_official_response_is_shown_at_the_top(browser, elisa: Person) -> None:
    idea = make.idea(status="under_review", answered_at=clock.now())
    db.session.add(OfficialResponse(idea_id=idea.id, text="Vamos **estudar**.", language="pt-BR", by_id=elisa.id))
    page = browser().get(address(idea)).text
    assert 'id="resposta-oficial"' in page
    assert "Vamos <strong>estudar</strong>." in page
    assert page.count("<strong>estudar</strong>") == 1


def test_only_the_product_s_managers_see_the_answer_form(browser, elisa: Person, fabio: Person, bruno: Person) -> None:
    idea = make.idea()
    form = f'action="/ideias/{idea.id}/resposta"'
    assert form in browser(elisa).get(address(idea)).text
    for other in (None, fabio, bruno):
        assert form not in browser(other).get(address(idea)).text


def test_the_page_shows_similar_ideas(browser) -> None:
    idea, like = make.idea("Exportar o razão para planilha"), make.idea("Exportar razão contábil em planilha")
    for one in (idea, like):
        search.index(db.session(), finding.KIND, one.id, one.title, one.problem or "", "pt-BR")
    page = browser().get(address(idea)).text
    assert "Parecidas" in page
    assert f'href="{address(like)}"' in page


def test_an_imported_idea_without_author_and_problem_has_a_page(browser) -> None:
    idea = make.idea("Importada")
    idea.origin, idea.external_id = "antigo", "12"
    idea.author_id = idea.company_id = idea.problem = idea.kind = None
    answer = browser().get(address(idea))
    assert answer.status_code == 200
    assert "ex-cliente" not in answer.text


def test_c01_texts_of_an_idea_are_sanitized(browser) -> None:
    idea = make.idea('"><script>alert(1)</script>', problem="<script>alert(1)</script> [x](javascript:alert(1))")
    page = browser().get(address(idea)).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_text_in_another_language_has_a_lang_attribute(browser) -> None:
    idea = make.idea("Exportar a hoja", language="es")
    page = browser().get(address(idea)).text
    assert '<h1 class="article__title" lang="es">' in page
    assert '<div class="prose" lang="es">' in page
