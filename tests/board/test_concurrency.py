"""Many at once, with real threads and commits: nobody counts twice, nobody is lost."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from ideas.accounts.models import Person
from ideas.board.merging import locking
from ideas.board.models import Follow, Idea, Vote, VoteEvent
from ideas.board.voting import casting, recounting
from ideas.companies.models import Company
from ideas.db import db
from tests import lookups, make

AtOnce = Callable[[int, Callable[[int], Any]], list[Any]]


def vote(number: int, person_id: int, company_id: int) -> int:
    """One request's worth: cast, commit."""
    idea, voter = db.session.get_one(Idea, number), db.session.get_one(Person, person_id)
    vote_id = casting.cast(idea, voter=voter, company=db.session.get_one(Company, company_id))
    db.session.commit()
    return vote_id


def unvote(number: int, person_id: int) -> None:
    casting.withdraw(db.session.get_one(Idea, number), voter=db.session.get_one(Person, person_id))
    db.session.commit()


def fold(duplicate_id: int, into_id: int) -> None:
    """A merge by hand, in a transaction of its own."""
    duplicate, into = db.session.get_one(Idea, duplicate_id), db.session.get_one(Idea, into_id)
    locking.roots_of([duplicate, into])
    duplicate.merged_into_id, duplicate.root_id = into.id, into.id
    db.session.flush()
    recounting.recount(into)
    db.session.commit()


def no_faults(results: list[Any]) -> list[Any]:
    assert [result for result in results if isinstance(result, Exception)] == []
    return results


def test_d02_v2_3_4_v15_4_2_two_hundred_equal_votes_at_once_are_one(at_once: AtOnce, bruno: Person) -> None:
    number, person_id, company_id = make.idea().id, bruno.id, make.company_of(bruno).id
    votes = no_faults(at_once(200, lambda _: vote(number, person_id, company_id)))
    assert len(set(votes)) == 1
    assert (lookups.count(Vote), lookups.count(VoteEvent), lookups.count(Follow)) == (1, 1, 1)
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.total_count) == (1, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("time", range(20))
def test_d02_two_hundred_equal_votes_twenty_times_over(time: int, at_once: AtOnce, bruno: Person) -> None:
    test_d02_v2_3_4_v15_4_2_two_hundred_equal_votes_at_once_are_one(at_once, bruno)


def test_d02_two_hundred_people_at_once_are_two_hundred(at_once: AtOnce) -> None:
    number, people = make.idea().id, make.crowd(200)
    votes = no_faults(at_once(200, lambda place: vote(number, *people[place])))
    assert len(set(votes)) == 200
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.total_count) == (200, 3, 200)
    assert recounting.drift_of(idea) is None


def test_everybody_leaving_at_once_leaves_nothing(at_once: AtOnce) -> None:
    number, people = make.idea().id, make.crowd(40)
    no_faults(at_once(40, lambda place: vote(number, *people[place])))
    no_faults(at_once(40, lambda place: unvote(number, people[place][0])))
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.trending) == (0, 0, 0.0)


@pytest.mark.parametrize("rounds", [15, pytest.param(1_250, marks=pytest.mark.slow)])
def test_d03_voting_and_unvoting_interleaved_equal_the_rows(rounds: int, at_once: AtOnce) -> None:
    """Eight at once, over two ideas and their duplicate; some share a person."""
    idea, duplicate, other = make.idea(), make.idea(), make.idea()
    people = make.crowd(5)
    numbers = [idea.id, duplicate.id, other.id]
    fold(duplicate.id, idea.id)

    def live(place: int) -> None:
        dice = random.Random(place)  # noqa: S311 - a life that can be lived again
        for _ in range(rounds):
            person, company = people[dice.randrange(5)]
            if dice.random() < 0.6:
                vote(dice.choice(numbers), person, company)
            else:
                unvote(dice.choice(numbers), person)

    no_faults(at_once(8, live))
    for number in (numbers[0], numbers[2]):
        assert recounting.drift_of(db.session.get_one(Idea, number)) is None
    assert lookups.count(Vote) <= 15


def test_d05_a_vote_that_meets_a_closing_idea_is_wholly_before_or_refused(at_once: AtOnce) -> None:
    number, people = make.idea().id, make.crowd(30)

    def act(place: int) -> Any:
        if place != 15:
            return vote(number, *people[place])
        root = locking.root_of(db.session.get_one(Idea, number))
        root.status_key = "declined"
        db.session.commit()
        return root.people_count

    results = at_once(30, act)
    before, others = results.pop(15), results
    refused = [result for result in others if isinstance(result, casting.VotingClosed)]
    assert len(no_faults([result for result in others if result not in refused])) == before
    assert before + len(refused) == 29
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, lookups.count(Vote)) == (before, before)


def test_d05_votes_that_meet_a_merge_count_in_the_whole(at_once: AtOnce) -> None:
    original, duplicate, people = make.idea().id, make.idea().id, make.crowd(30)

    def act(place: int) -> None:
        if place == 15:
            fold(duplicate, original)
        else:
            vote(duplicate if place % 2 else original, *people[place])

    no_faults(at_once(30, act))
    idea = db.session.get_one(Idea, original)
    assert idea.people_count == 29
    assert recounting.drift_of(idea) is None


def moved_behind_ones_back(idea: Idea, root: Idea) -> None:
    """As if another transaction had merged or unmerged it after this one read it."""
    row = update(Idea).where(Idea.id == idea.id).values(root_id=root.id)
    db.session.execute(row.execution_options(synchronize_session=False))


def test_an_idea_merged_after_it_was_read_is_counted_in_its_new_set() -> None:
    idea, original = make.idea(), make.idea()
    moved_behind_ones_back(idea, original)
    assert locking.root_of(idea) is original


def test_an_idea_unmerged_after_it_was_read_is_counted_by_itself() -> None:
    idea, original = make.idea(), make.idea()
    fold(idea.id, original.id)
    assert idea.root_id == original.id
    moved_behind_ones_back(idea, idea)
    assert locking.root_of(idea) is idea


def test_several_sets_are_locked_without_waiting_in_a_ring(at_once: AtOnce) -> None:
    numbers = [make.idea().id for _ in range(3)]

    def act(place: int) -> None:
        mine = random.Random(place).sample(numbers, 3)  # noqa: S311 - the same again in every run
        roots = locking.roots_of([db.session.get_one(Idea, number) for number in mine])
        assert [root.id for root in roots] == sorted(numbers)
        for root in roots:
            root.comment_count += 1
        db.session.commit()

    no_faults(at_once(30, act))
    assert [db.session.get_one(Idea, number).comment_count for number in numbers] == [30, 30, 30]
