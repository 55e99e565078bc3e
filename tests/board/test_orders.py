"""The positions of an idea in the orderings; and paging while votes are cast."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.listing import explaining, pages
from ideas.board.listing.filters import Filters
from ideas.board.listing.pages import ORDERINGS
from ideas.board.merging import merging
from ideas.board.models import Idea
from ideas.board.voting import casting
from ideas.companies.models import Company
from ideas.db import db
from tests import make
from tests.conftest import statements


def test_an_idea_s_positions_are_those_it_has_on_the_board(bruno: Person, carla: Person, davi: Person) -> None:
    ideas = [make.idea() for _ in range(5)]
    make.votes(ideas[1], bruno, carla)
    make.votes(ideas[3], davi)
    for idea in ideas:
        for place in explaining.positions(idea):
            order = [card.id for card in pages.board(Filters(), place.ordering).cards]
            assert order.index(idea.id) == place.before, place.ordering.key
    assert "answered" not in {place.ordering.key for place in explaining.positions(ideas[0])}


def test_the_trending_score_is_the_sum_of_its_age_groups(bruno, carla, davi, elisa) -> None:
    idea, duplicate = make.idea(), make.idea()
    now = clock.now()
    for days, voter, on in ((28, bruno, idea), (14, carla, duplicate), (0, davi, idea), (1, bruno, duplicate)):
        with time_machine.travel(now - timedelta(days=days), tick=False):
            make.votes(on, voter)
    merging.merge([duplicate], idea, by=elisa)
    with time_machine.travel(now, tick=False):
        assert explaining.trending_score(idea) == pytest.approx(0.25 + 0.5 + 1)
        shares = [(share.days, share.people, pytest.approx(share.weight)) for share in explaining.age_groups(idea)]
    assert shares == [(14, 1, 1.0), (28, 1, 0.5), (56, 1, 0.25)]


def test_the_pages_show_the_rules_and_the_numbers(browser, bruno: Person, carla: Person) -> None:
    idea = make.idea("Uma ideia para contar")
    make.votes(idea, bruno, carla)
    board = browser().get("/").text
    assert 'href="/ideias/ordem"' in board
    rules = browser().get("/ideias/ordem").text
    assert all(ordering.rule[:30] in rules for ordering in ORDERINGS.values())
    assert f"/ideias/{idea.id}/ordem" in rules
    assert f"/ideias/{idea.id}/ordem" in browser().get(f"/ideias/{idea.id}-{idea.slug}").text
    page = browser().get(f"/ideias/{idea.id}/ordem").text
    assert "soma 2,0 hoje" in page
    assert "2 votos" in page
    assert "1º" in page


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_an_unlisted_idea_has_no_position(fact: str, browser, bruno: Person, elisa: Person) -> None:
    gone, merged, root = make.idea(author=bruno, **{fact: clock.now()}), make.idea(), make.idea()
    merging.merge([merged], root, by=elisa)
    assert browser().get(f"/ideias/{gone.id}/ordem").status_code == 404
    assert browser(bruno).get(f"/ideias/{gone.id}/ordem").status_code == 302
    assert browser().get(f"/ideias/{merged.id}/ordem").status_code == 302


def test_g10_the_positions_take_a_constant_number_of_statements() -> None:
    cost = []
    for some in (1, 40):
        ideas = [make.idea() for _ in range(some)]
        with statements() as sent:
            explaining.positions(ideas[0])
            explaining.age_groups(ideas[0])
        cost.append(len(sent))
    assert cost == [2, 2]


@pytest.mark.parametrize("key", ["trending", "top", "critical", "recent"])
def test_d13_concurrent_votes_do_not_make_pages_skip_or_repeat_other_ideas(
    key: str, at_once: Callable[..., Any]
) -> None:
    """One thread pages while three vote: every idea without new votes is read once, in order."""
    quiet = [make.idea() for _ in range(24)]
    for number, idea in enumerate(quiet):
        idea.people_count = idea.total_count = idea.critical_count = number // 5
        idea.trending = float(number // 5)
    hot, people = [make.idea().id for _ in range(6)], [make.customer() for _ in range(6)]
    voters = [(person.id, make.company_of(person).id) for person in people]
    still = {idea.id for idea in quiet}

    def act(place: int) -> list[list[int]]:
        if place:
            _votes(random.Random(place), hot, voters)  # noqa: S311 - repeatable
            return []
        return [_walk(key) for _ in range(6)]

    walks, *others = at_once(4, act)
    assert not [one for one in (walks, *others) if isinstance(one, Exception)]
    met = [[number for number in walk if number in still] for walk in walks]
    assert all(len(walk) == len(still) == len(set(walk)) for walk in met)
    assert all(walk == met[0] for walk in met)


def _walk(key: str) -> list[int]:
    """Read every page of the board, each in a transaction of its own."""
    seen: list[int] = []
    after = None
    while True:
        page = pages.board(Filters(), ORDERINGS[key], after=after, size=4)
        seen += [card.id for card in page.cards]
        after = page.next
        db.session.rollback()
        if after is None:
            return seen


def _votes(dice: random.Random, hot: list[int], voters: list[tuple[int, int]]) -> None:
    for _ in range(15):
        idea, (person, company) = db.session.get_one(Idea, dice.choice(hot)), dice.choice(voters)
        voter = db.session.get_one(Person, person)
        if dice.random() < 0.7:
            casting.cast(idea, voter=voter, company=db.session.get_one(Company, company))
        else:
            casting.withdraw(idea, voter=voter)
        db.session.commit()
