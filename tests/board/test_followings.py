"""Default levels, leaving several ideas at once, and steps that are new since the last visit."""

from datetime import timedelta

import pytest
import time_machine

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.following import Defaults
from ideas.board.listing.filters import Filters, Mine
from ideas.board.listing.pages import board
from ideas.board.merging import merging
from ideas.board.models import Level, Reason
from ideas.db import db
from tests import make
from tests.conftest import statements

MINE = "/minhas-ideias?aba=seguidas"


def followed(person: Person) -> set[int]:
    return {card.id for card in board(Filters(mine=frozenset({Mine.FOLLOWED}), reader=person)).cards}


def test_a_default_applies_to_ideas_already_followed_unless_a_level_was_chosen(bruno: Person, carla: Person) -> None:
    voted, said, chosen = make.idea(), make.idea(), make.idea()
    for idea, reason in ((voted, Reason.VOTED), (said, Reason.COMMENTED), (chosen, Reason.VOTED)):
        following.follow(idea, bruno, reason)
        following.follow(idea, carla, reason)
    following.choose(chosen, bruno, Level.RESULTS)
    following.choose_defaults(bruno, Defaults(voted=Level.NOTHING, commented=Level.RESULTS))
    levels = [following.follow_of(idea, bruno).level for idea in (voted, said, chosen)]
    assert levels == [Level.NOTHING, Level.RESULTS, Level.RESULTS]
    assert following.recipients(voted, result=True) == [carla.id]
    assert following.recipients(said, result=False) == [carla.id]
    assert followed(bruno) == {said.id, chosen.id}
    assert following.follow_of(voted, carla).level is Level.RESULTS


def test_defaults_do_not_change_the_level_of_the_author(bruno: Person) -> None:
    idea = make.idea()
    following.choose_defaults(bruno, Defaults(Level.NOTHING, Level.NOTHING))
    for reason in (Reason.AUTHOR, Reason.VOTED, Reason.COMMENTED):
        following.follow(idea, bruno, reason)
    assert following.follow_of(idea, bruno).level is Level.ALL


def test_the_reason_with_the_highest_level_counts(bruno: Person) -> None:
    idea = make.idea()
    following.choose_defaults(bruno, Defaults(voted=Level.ALL, commented=Level.NOTHING))
    following.follow(idea, bruno, Reason.VOTED)
    following.follow(idea, bruno, Reason.COMMENTED)
    assert following.follow_of(idea, bruno).level is Level.ALL


def test_the_list_of_followed_ideas_agrees_with_their_pages(bruno: Person, elisa: Person) -> None:
    """Also for a merged set: a level chosen for the root takes precedence over the duplicate's reasons."""
    original, duplicate = make.idea(), make.idea()
    following.follow(duplicate, bruno, Reason.AUTHOR)
    following.choose(original, bruno, Level.NOTHING)
    merging.merge([duplicate], original, by=elisa)
    assert not following.follow_of(original, bruno).follows
    assert followed(bruno) == set()


@pytest.mark.parametrize("data", [{}, {"voted": "all"}, {"voted": "all", "commented": "most"}])
def test_c07_an_unknown_default_level_is_a_bad_request(data, browser, bruno: Person) -> None:
    assert browser(bruno).post("/seguir/padrao", data=data).status_code == 400


def test_defaults_are_chosen_on_the_list_of_followed_ideas(browser, bruno: Person) -> None:
    client = browser(bruno)
    answer = client.post("/seguir/padrao", data={"voted": "nothing", "commented": "all", "back": "//evil.example"})
    assert (answer.status_code, answer.location) == (303, MINE)
    assert '<option value="nothing" selected>' in client.get(MINE).text
    assert following.defaults_of(bruno) == Defaults(Level.NOTHING, Level.ALL)


def test_leaving_several_ideas_leaves_only_those_the_person_follows(browser, bruno: Person, carla: Person) -> None:
    ideas = [make.idea() for _ in range(4)]
    for idea in ideas[:3]:
        following.follow(idea, bruno, Reason.VOTED)
        following.follow(idea, carla, Reason.VOTED)
    client = browser(bruno)
    page = client.get(MINE).text
    assert page.count('form="leave"') == 3
    answer = client.post("/seguir/deixar", data={"ideia": [ideas[0].id, ideas[1].id, ideas[3].id, 999]})
    assert (answer.status_code, answer.location) == (303, MINE)
    assert "Você deixou de seguir 2 ideias." in client.get(MINE).text
    assert followed(bruno) == {ideas[2].id}
    assert len(followed(carla)) == 3
    assert client.post("/seguir/deixar", data={"ideia": "x"}).status_code == 400
    client.post("/seguir/deixar")
    assert "Marque as ideias" in client.get(MINE).text


def test_the_menu_shows_the_reasons_for_following(browser, bruno: Person) -> None:
    idea = make.idea()
    following.follow(idea, bruno, Reason.VOTED)
    assert "Você a segue porque votou." in browser(bruno).get(f"/ideias/{idea.id}-{idea.slug}").text


def test_26_last_seen_is_stored_once_a_minute_for_followers_only(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea()
    following.follow(idea, bruno, Reason.VOTED)
    address = f"/ideias/{idea.id}-{idea.slug}"
    now = clock.now()
    seen = []
    for seconds in (0, 30, 70):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            browser(bruno).get(address)
            browser(carla).get(address)
        seen.append(following.follow_of(idea, bruno).seen_at)
    assert seen == [now, now, now + timedelta(seconds=70)]
    assert following.follow_of(idea, carla).seen_at is None


def test_steps_since_the_last_visit_are_marked_except_the_reader_s_own(browser, bruno, carla, elisa) -> None:
    idea = make.idea()
    following.follow(idea, bruno, Reason.VOTED)
    address = f"/ideias/{idea.id}-{idea.slug}"
    client = browser(bruno)
    assert "desde sua visita" not in client.get(address).text
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        make.comment(idea, author=carla)
        make.comment(idea, author=bruno)
        make.step(idea, "under_review", elisa)
        assert "2 novidades</span>" in client.get(MINE).text
        page = client.get(address).text
        assert "2 novidades desde sua visita" in page
        assert page.count(">Novo</span>") == 2
        assert "desde sua visita" not in client.get(address).text
        assert "novidades</span>" not in client.get(MINE).text


def test_g10_the_list_of_followed_ideas_takes_a_constant_number_of_statements(browser, bruno: Person) -> None:
    cost = []
    for some in (2, 15):
        for _ in range(some):
            following.follow(make.idea(), bruno, Reason.VOTED)
        db.session.commit()
        client = browser(bruno)
        client.get(MINE)
        with statements() as sent:
            client.get(MINE)
        cost.append(len(sent))
    assert cost[0] == cost[1] <= 7
