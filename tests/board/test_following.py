"""Who is notified about an idea, how much, and why."""

import pytest

from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Level, Reason
from tests import make
from tests.conftest import statements


def level_of(idea: Idea, person: Person) -> Level:
    return following.follow_of(idea, person).level


@pytest.mark.parametrize(
    ("reason", "level"),
    [
        (Reason.AUTHOR, Level.ALL),
        (Reason.COMMENTED, Level.ALL),
        (Reason.CHOSE, Level.ALL),
        (Reason.VOTED, Level.RESULTS),
    ],
)
def test_each_reason_gives_its_level(reason: Reason, level: Level, bruno: Person) -> None:
    idea = make.idea()
    following.follow(idea, bruno, reason)
    assert level_of(idea, bruno) is level
    assert not following.follow_of(idea, bruno).chosen


def test_a_person_without_a_reason_is_not_notified(bruno: Person, carla: Person) -> None:
    idea, other = make.idea(), make.idea()
    following.follow(other, bruno, Reason.VOTED)  # must not count
    following.follow(idea, carla, Reason.VOTED)
    assert not following.follow_of(idea, bruno).follows


def test_the_strongest_reason_counts_and_the_others_stay(bruno: Person) -> None:
    idea = make.idea()
    following.follow(idea, bruno, Reason.VOTED)
    following.follow(idea, bruno, Reason.COMMENTED)
    following.follow(idea, bruno, Reason.COMMENTED)
    assert level_of(idea, bruno) is Level.ALL
    following.drop_reason(idea, bruno, Reason.COMMENTED)
    assert level_of(idea, bruno) is Level.RESULTS


@pytest.mark.parametrize("level", list(Level))
def test_a_chosen_level_takes_precedence_over_every_reason(level: Level, bruno: Person) -> None:
    idea = make.idea()
    following.follow(idea, bruno, Reason.AUTHOR)
    following.choose(idea, bruno, level)
    following.follow(idea, bruno, Reason.COMMENTED)
    assert following.follow_of(idea, bruno) == following.Following(level, chosen=True)


def test_removing_the_chosen_level_restores_the_reasons(bruno: Person, carla: Person) -> None:
    idea = make.idea()
    for person in (bruno, carla):
        following.follow(idea, person, Reason.VOTED)
        following.choose(idea, person, Level.NOTHING)
    following.choose(idea, bruno, None)
    assert following.follow_of(idea, bruno) == following.Following(Level.RESULTS)
    assert level_of(idea, carla) is Level.NOTHING


def test_a_person_can_follow_without_voting_and_stop(bruno: Person) -> None:
    idea = make.idea()
    following.choose(idea, bruno, Level.ALL)
    assert level_of(idea, bruno) is Level.ALL
    following.choose(idea, bruno, None)
    assert level_of(idea, bruno) is Level.NOTHING


def test_followers_of_a_duplicate_follow_the_set(bruno: Person, carla: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    following.follow(original, bruno, Reason.VOTED)
    following.follow(duplicate, bruno, Reason.COMMENTED)
    following.follow(duplicate, carla, Reason.VOTED)
    make.merge_rows(duplicate, original)
    assert [level_of(idea, bruno) for idea in (original, duplicate)] == [Level.ALL, Level.ALL]
    assert [level_of(idea, carla) for idea in (original, duplicate)] == [Level.RESULTS, Level.RESULTS]
    assert following.recipients(original, result=True) == sorted([bruno.id, carla.id])
    assert following.recipients(duplicate, result=False) == [bruno.id]


def test_a_level_chosen_for_the_root_takes_precedence_in_a_set(bruno: Person, carla: Person) -> None:
    original, duplicate, third = make.idea(), make.idea(), make.idea()
    following.choose(original, bruno, Level.NOTHING)
    following.choose(duplicate, bruno, Level.ALL)
    following.choose(duplicate, carla, Level.NOTHING)
    following.choose(third, carla, Level.RESULTS)
    make.merge_rows(duplicate, original)
    make.merge_rows(third, original)
    assert level_of(original, bruno) is Level.NOTHING
    assert level_of(original, carla) is Level.RESULTS


def test_a_level_chosen_on_a_duplicate_applies_to_the_set(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    following.choose(original, bruno, Level.ALL)
    make.merge_rows(duplicate, original)
    following.choose(duplicate, bruno, Level.NOTHING)
    assert level_of(original, bruno) is Level.NOTHING
    following.choose(duplicate, bruno, None)
    assert following.follow_of(original, bruno) == following.Following(Level.NOTHING)


def test_results_notify_more_people_than_other_steps(bruno: Person, carla: Person, davi: Person, ana: Person) -> None:
    idea, other = make.idea(), make.idea()
    following.follow(idea, bruno, Reason.VOTED)
    following.follow(idea, carla, Reason.COMMENTED)
    following.follow(idea, davi, Reason.AUTHOR)
    following.choose(idea, davi, Level.NOTHING)
    following.follow(other, ana, Reason.AUTHOR)
    assert following.recipients(idea, result=True) == sorted([bruno.id, carla.id])
    assert following.recipients(idea, result=False) == [carla.id]


def test_recipients_of_a_popular_idea_are_found_in_one_statement() -> None:
    idea = make.idea()
    for number in range(30):
        following.follow(idea, make.customer(f"Seguidora {number}"), Reason.VOTED)
    with statements() as sent:
        recipients = following.recipients(idea, result=True)
    assert (len(recipients), len(sent)) == (30, 1)
