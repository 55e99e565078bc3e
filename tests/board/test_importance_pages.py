"""The form of the importance: with and without JavaScript, accepted and refused."""

import re

import pytest

from ideas.accounts.models import Person
from ideas.board.models import Idea, Importance
from ideas.board.voting import casting, importance
from ideas.board.voting.importance import Opinion
from tests import make
from tests.conftest import HTMX


@pytest.fixture
def idea(bruno: Person, carla: Person) -> Idea:
    """An idea by Carla with an active vote of Bruno's."""
    idea = make.idea(author=carla)
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    return idea


def address(idea: Idea) -> str:
    return f"/ideias/{idea.id}/voto/peso"


def pressed(page: str) -> list[str]:
    return re.findall(r'value="(\w+)" aria-pressed="true"', page)


def test_one_tap_says_how_much_it_matters(browser, bruno: Person, idea: Idea) -> None:
    answer = browser(bruno).post(address(idea), headers=HTMX, data={"importance": "critical", "reason": ""})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert pressed(answer.text) == ["critical"]
    assert 'data-announce="Anotado. Obrigado."' in answer.text
    assert idea.critical_count == 1


def test_a_plain_browser_comes_back_to_where_it_pressed(browser, bruno: Person, idea: Idea) -> None:
    answer = browser(bruno).post(address(idea), data={"importance": "nice", "reason": "Conto à mão."})
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}-{idea.slug}#peso")
    page = browser(bruno).get(answer.location).text
    assert pressed(page) == ["nice"]
    assert "Você contou: “Conto à mão.”" in page


def test_the_button_pressed_wins_over_what_the_form_carries(browser, bruno: Person, idea: Idea) -> None:
    """The hidden input has the previous choice; the value of the button follows it."""
    browser(bruno).post(address(idea), data={"importance": ["critical", "important"], "reason": ""})
    assert (idea.critical_count, idea.important_count) == (0, 1)


def test_saving_the_pain_point_keeps_the_importance_and_a_button_removes_it(browser, bruno: Person, idea: Idea) -> None:
    there = browser(bruno)
    there.post(address(idea), data={"importance": ["critical"], "reason": "Assim não dá."})
    assert idea.critical_count == 1
    answer = there.post(address(idea), headers=HTMX, data={"importance": ["critical", ""], "reason": "Assim não dá."})
    assert pressed(answer.text) == []
    assert "Assim não dá." in answer.text
    assert idea.critical_count == 0


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_pain_point_that_is_too_long_is_refused_at_its_field_and_kept(headers, browser, bruno, idea: Idea) -> None:
    typed = "Muito longa. " * 40
    answer = browser(bruno).post(address(idea), headers=headers, data={"importance": "nice", "reason": typed})
    assert answer.status_code == 422
    assert "Encurte a frase: o limite é de 280 caracteres." in answer.text
    assert typed.strip() in answer.text
    assert idea.nice_count == 0


@pytest.mark.parametrize("word", ["enorme", "CRITICAL", "critical'--"])
def test_an_unknown_importance_is_refused(word: str, browser, bruno: Person, idea: Idea) -> None:
    assert browser(bruno).post(address(idea), data={"importance": word}).status_code == 400


def test_without_a_vote_the_page_asks_to_vote_first(browser, carla: Person, idea: Idea) -> None:
    there = browser(carla)
    answer = there.post(address(idea), headers=HTMX, data={"importance": "nice"})
    assert (answer.status_code, "Vote primeiro" in answer.text) == (409, True)
    page = there.get(f"/ideias/{idea.id}-{idea.slug}").text
    assert "Vote e diga o quanto isto importa para você." in page
    assert 'name="importance"' not in page


def test_voting_shows_the_question_and_withdrawing_removes_it(browser, davi: Person, idea: Idea) -> None:
    there = browser(davi)
    answer = there.post(f"/ideias/{idea.id}/voto", headers=HTMX, data={"size": "large"}).text
    assert re.search(r'id="peso"[^>]*data-hx-swap-oob', answer)
    assert "O quanto isto importa para você?" in answer
    answer = there.post(f"/ideias/{idea.id}/voto/retirar", headers=HTMX, data={"size": "large"}).text
    assert re.search(r'id="peso"[^>]*data-hx-swap-oob', answer)
    assert "Vote e diga o quanto" in answer


def test_a_visitor_sees_totals_but_no_pain_points(browser, bruno: Person, idea: Idea) -> None:
    importance.state(
        idea, Opinion(Importance.CRITICAL, "Linha que é segredo"), voter=bruno, company=make.company_of(bruno)
    )
    page = browser().get(f"/ideias/{idea.id}-{idea.slug}").text
    assert re.search(r"Crítico</span>\s*<span class=\"importance__count\">\s*.*1<", page)
    assert "segredo" not in page
    assert "csrf_token" not in page


def test_a_visitor_sees_no_totals_that_are_zero(browser, idea: Idea) -> None:
    assert "importance__choice" not in browser().get(f"/ideias/{idea.id}-{idea.slug}").text
