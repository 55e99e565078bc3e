"""The menu to follow an idea."""

import pytest
from flask import render_template

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Level, Reason
from tests import make
from tests.conftest import HTMX

WORDS = {"all": "Seguindo: tudo", "results": "Seguindo: só resultados", "nothing": "Seguir"}


@pytest.mark.parametrize("level", list(Level))
def test_htmx_gets_the_menu_with_the_choice(level: Level, browser, bruno: Person) -> None:
    idea = make.idea()
    answer = browser(bruno).post(f"/ideias/{idea.id}/seguir", headers=HTMX, data={"level": level})
    assert answer.status_code == 200
    assert WORDS[level] in answer.text
    assert answer.text.count('aria-current="true"') == 1
    assert "data-announce=" in answer.text
    assert following.follow_of(idea, bruno) == following.Following(level, chosen=True)


def test_without_htmx_the_answer_redirects_to_the_idea(browser, bruno: Person) -> None:
    idea = make.idea()
    answer = browser(bruno).post(f"/ideias/{idea.id}/seguir", data={"level": "all"})
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}-{idea.slug}")


@pytest.mark.parametrize("data", [{}, {"level": ""}, {"level": "everything"}, {"level": ["", "all"]}])
def test_an_unknown_level_is_a_bad_request(data: dict[str, str], browser, bruno: Person) -> None:
    idea = make.idea()
    assert browser(bruno).post(f"/ideias/{idea.id}/seguir", data=data).status_code == 400
    assert not following.follow_of(idea, bruno).follows


def test_suspended_people_and_staff_can_follow(browser, joao: Person, elisa: Person) -> None:
    idea = make.idea()
    for person in (joao, elisa):
        assert browser(person).post(f"/ideias/{idea.id}/seguir", data={"level": "all"}).status_code == 303
        assert following.follow_of(idea, person).follows


def test_an_idea_out_of_sight_cannot_be_followed(browser, carla: Person) -> None:
    idea = make.idea(hidden_at=clock.now())
    assert browser(carla).post(f"/ideias/{idea.id}/seguir", data={"level": "all"}).status_code == 404


def test_following_a_duplicate_follows_the_set(browser, bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    following.follow(original, bruno, Reason.VOTED)
    duplicate.merged_into_id = duplicate.root_id = original.id
    answer = browser(bruno).post(f"/ideias/{duplicate.id}/seguir", headers=HTMX, data={"level": "nothing"})
    assert f'action="/ideias/{original.id}/seguir"' in answer.text
    assert not following.follow_of(original, bruno).follows


def test_the_menu_works_without_javascript_and_announces_nothing_at_first(app) -> None:
    idea = make.idea()
    with app.test_request_context():
        shown = render_template("board/_follow.html", idea=idea, level=Level.RESULTS)
    assert f'method="post" action="/ideias/{idea.id}/seguir"' in shown
    assert "Seguindo: só resultados" in shown
    assert "data-announce" not in shown
