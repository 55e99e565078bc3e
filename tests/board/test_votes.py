"""The routes of votes: with and without JavaScript, accepted and refused."""

import re

import pytest
from flask import render_template
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea, Vote
from ideas.board.voting import casting, recounting
from ideas.db import db
from tests import make
from tests.conftest import HTMX, statements


def votes() -> int:
    return db.session.scalar(select(func.count()).select_from(Vote)) or 0


def test_without_htmx_a_vote_redirects_to_the_idea(browser, bruno: Person) -> None:
    idea = make.idea()
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto")
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}-{idea.slug}")
    assert (votes(), idea.people_count) == (1, 1)


def test_htmx_gets_only_the_pressed_button_with_the_new_count(browser, bruno: Person) -> None:
    idea = make.idea(own_inherited=12)
    recounting.recount(idea)
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto", headers=HTMX, data={"size": "large"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'aria-pressed="true"' in answer.text
    assert '<span class="vote__count">13</span>' in answer.text
    assert f'action="/ideias/{idea.id}/voto/retirar"' in answer.text
    assert 'class="vote vote--large"' in answer.text
    assert 'data-announce="Voto registrado. 13 votos."' in answer.text


def test_htmx_withdraws_the_vote_with_the_same_button(browser, bruno: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto/retirar", headers=HTMX, data={"size": "anything"})
    assert answer.status_code == 200
    assert 'aria-pressed="false"' in answer.text
    assert 'class="vote"' in answer.text
    assert f'action="/ideias/{idea.id}/voto"' in answer.text
    assert 'data-announce="Voto retirado. Nenhum voto' in answer.text
    assert idea.people_count == 0


def test_d01_a_vote_sent_several_times_counts_once_with_the_same_answer(browser, bruno: Person) -> None:
    idea = make.idea()
    ana_s = browser(bruno)
    answers = [ana_s.post(f"/ideias/{idea.id}/voto", headers=HTMX).text for _ in range(3)]
    masked = {re.sub(r'name="csrf_token" value="[^"]*"', "", answer) for answer in answers}
    assert (len(masked), votes(), idea.people_count) == (1, 1, 1)


def test_a_visitor_who_votes_is_asked_to_sign_in(browser) -> None:
    idea = make.idea()
    answer = browser().post(f"/ideias/{idea.id}/voto")
    assert (answer.status_code, votes()) == (303, 0)
    assert answer.location.startswith("/entrar")


def test_a_vote_on_a_closed_idea_is_refused_with_a_message(browser, bruno: Person) -> None:
    idea = make.idea(status="declined")
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto", headers=HTMX)
    assert answer.status_code == 409
    assert "não recebe mais votos" in answer.text
    # The answer does not replace the button.
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#toasts", "beforeend")


def test_without_htmx_a_refusal_is_a_page(browser, bruno: Person) -> None:
    answer = browser(bruno).post(f"/ideias/{make.idea(status='declined').id}/voto")
    assert answer.status_code == 409
    assert "<h1" in answer.text
    assert "não recebe mais votos" in answer.text


def test_d07_a_suspended_person_sees_the_end_of_the_suspension(browser, joao: Person) -> None:
    answer = browser(joao).post(f"/ideias/{make.idea().id}/voto", headers=HTMX)
    assert (answer.status_code, votes()) == (403, 0)
    assert "suspensa até" in answer.text


def test_staff_without_a_company_cannot_vote(browser, elisa: Person) -> None:
    answer = browser(elisa).post(f"/ideias/{make.idea().id}/voto", headers=HTMX)
    assert (answer.status_code, votes()) == (403, 0)


def test_a_person_who_has_not_accepted_the_code_votes_by_accepting_it(browser, ana: Person) -> None:
    idea = make.idea()
    ana_s = browser(ana)
    asked = ana_s.post(f"/ideias/{idea.id}/voto")
    assert (asked.status_code, votes()) == (409, 0)
    assert f'action="/ideias/{idea.id}/voto"' in asked.text
    answer = ana_s.post(f"/ideias/{idea.id}/voto", data={"accept_conduct": "2"})
    assert (answer.status_code, votes()) == (303, 1)


@pytest.mark.parametrize("mark", ["hidden_at", "held_at", "withdrawn_at"])
def test_a_vote_on_an_idea_out_of_sight_is_not_found(mark: str, browser, carla: Person) -> None:
    hidden = make.idea(**{mark: clock.now()})
    there = browser(carla)
    answer, unknown = (there.post(f"/ideias/{number}/voto", headers=HTMX) for number in (hidden.id, 9_999))
    assert (answer.status_code, answer.data) == (unknown.status_code, unknown.data)
    assert (answer.status_code, votes()) == (404, 0)


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999999999"])
def test_a_number_out_of_range_is_not_found(number: str, browser, bruno: Person) -> None:
    assert browser(bruno).post(f"/ideias/{number}/voto").status_code == 404


def test_a_vote_needs_a_csrf_token(browser, bruno: Person) -> None:
    answer = browser(bruno).post(f"/ideias/{make.idea().id}/voto", csrf=False)
    assert (answer.status_code, votes()) == (400, 0)


def test_a_get_request_cannot_vote(browser, bruno: Person) -> None:
    answer = browser(bruno).get(f"/ideias/{make.idea().id}/voto")
    assert (answer.status_code, votes()) == (405, 0)


def test_extra_fields_change_nothing(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea()
    extra = {"person_id": carla.id, "company_id": 999, "cast_at": "2020-01-01", "importance": "critical", "term": "1e9"}
    browser(bruno).post(f"/ideias/{idea.id}/voto", data=extra)
    vote = db.session.scalars(select(Vote)).one()
    assert (vote.person_id, vote.company_id, vote.importance) == (bruno.id, make.company_of(bruno).id, None)
    assert vote.term < 1e300


def test_a_vote_for_a_merged_idea_answers_with_its_root(browser, bruno: Person, carla: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    casting.cast(original, voter=carla, company=make.company_of(carla))
    duplicate.merged_into_id = duplicate.root_id = original.id
    answer = browser(bruno).post(f"/ideias/{duplicate.id}/voto", headers=HTMX)
    assert '<span class="vote__count">2</span>' in answer.text
    assert f'action="/ideias/{original.id}/voto/retirar"' in answer.text


def test_g10_a_vote_takes_at_most_ten_statements(browser, bruno: Person) -> None:
    sent_for = []
    for others in (10, 200):
        idea = make.idea()
        crowded(idea, others)
        there = browser(bruno)
        there.post(f"/ideias/{make.idea().id}/voto", headers=HTMX)  # writes the session's last use
        token, address = there.csrf_token(), f"/ideias/{idea.id}/voto"
        with statements() as sent:
            answer = there.post(address, headers=HTMX, data={"csrf_token": token})
        assert answer.status_code == 200
        assert idea.people_count == others + 1
        sent_for.append(len(sent))
    assert sent_for[0] == sent_for[1]
    assert sent_for[0] <= 10


def crowded(idea: Idea, number: int) -> None:
    """Insert that many votes on the idea, and that many other ideas."""
    make.votes_of_strangers(idea, number)
    facts = {"product_id": idea.product_id, "author_id": idea.author_id, "company_id": idea.company_id}
    noise = [Idea(title=f"Mais uma ideia {n}", problem="Ruído.", kind="improvement", **facts) for n in range(number)]
    db.session.add_all(noise)
    db.session.flush()
    for each in noise:
        each.root_id = each.id
    db.session.flush()


# --- the partials -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "voted", "label"),
    [("new", False, "Votar"), ("new", True, "Votado"), ("declined", False, "Votos"), ("declined", True, "Votado")],
)
def test_the_button_shows_its_state_as_text_and_as_aria_pressed(app, status: str, voted: bool, label: str) -> None:
    idea = loaded(make.idea(status=status, own_inherited=12))
    with app.test_request_context():
        shown = render_template("board/_vote.html", idea=idea, voted=voted, size="small")
    assert f'<span class="vote__label">{label}</span>' in shown
    assert f'aria-pressed="{"true" if voted else "false"}"' in shown
    assert (" disabled" in shown) == (status == "declined")
    assert '<span class="vote__count">12</span>' in shown
    assert f": {idea.title}</span>" in shown
    assert "data-announce" not in shown


def test_an_answer_without_a_message_announces_nothing(app) -> None:
    idea = loaded(make.idea())
    with app.test_request_context():
        shown = render_template("board/_vote.html", idea=idea, voted=True, size="small", said=None)
    assert "data-announce" not in shown


def test_a_visitor_s_button_links_to_signing_in_and_back(app) -> None:
    idea = loaded(make.idea())
    with app.test_request_context():
        shown = render_template("board/_vote_link.html", idea=idea, size="large")
    assert f'href="/entrar?next=/ideias/{idea.id}"' in shown
    assert "<form" not in shown
    assert "csrf" not in shown
    assert "vote--large" in shown


def test_a_visitor_sees_the_votes_of_a_closed_idea_without_a_link(app) -> None:
    idea = loaded(make.idea(status="declined", own_inherited=1))
    with app.test_request_context():
        shown = render_template("board/_vote_link.html", idea=idea, size="small")
    assert "<a " not in shown
    assert '<span class="vote__label">Voto</span>' in shown


def loaded(idea: Idea) -> Idea:
    """Recount the idea and load it as pages do."""
    from sqlalchemy.orm import joinedload

    recounting.recount(idea)
    db.session.flush()
    return db.session.scalars(select(Idea).where(Idea.id == idea.id).options(joinedload(Idea.status))).one()


def test_a_vote_on_the_idea_s_page_updates_counts_and_follow_menu(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=carla)
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto", headers=HTMX, data={"size": "large"})
    assert re.search(r'id="apoio"[^>]*data-hx-swap-oob', answer.text)
    assert "<b>1 pessoa</b> de <b>1 empresa</b>" in answer.text
    assert "Seguindo: só resultados" in answer.text
