"""Concurrent votes, with real threads and commits: nobody counts twice, nobody is lost."""

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
    """Cast and commit, as a request does."""
    idea, voter = db.session.get_one(Idea, number), db.session.get_one(Person, person_id)
    cast = casting.cast(idea, voter=voter, company=db.session.get_one(Company, company_id))
    db.session.commit()
    return cast.id


def unvote(number: int, person_id: int) -> None:
    casting.withdraw(db.session.get_one(Idea, number), voter=db.session.get_one(Person, person_id))
    db.session.commit()


def merge_by_hand(duplicate_id: int, into_id: int) -> None:
    """Merge by hand, in a transaction of its own."""
    duplicate, into = db.session.get_one(Idea, duplicate_id), db.session.get_one(Idea, into_id)
    locking.roots_of([duplicate, into])
    duplicate.merged_into_id, duplicate.root_id = into.id, into.id
    db.session.flush()
    recounting.recount(into)
    db.session.commit()


def ensure_no_errors(results: list[Any]) -> list[Any]:
    assert [result for result in results if isinstance(result, Exception)] == []
    return results


def test_d02_v2_3_4_v15_4_2_two_hundred_concurrent_equal_votes_count_once(at_once: AtOnce, bruno: Person) -> None:
    number, person_id, company_id = make.idea().id, bruno.id, make.company_of(bruno).id
    votes = ensure_no_errors(at_once(200, lambda _: vote(number, person_id, company_id)))
    assert len(set(votes)) == 1
    assert (lookups.count(Vote), lookups.count(VoteEvent), lookups.count(Follow)) == (1, 1, 1)
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.total_count) == (1, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("time", range(20))
def test_d02_two_hundred_concurrent_equal_votes_count_once_in_twenty_rounds(
    time: int, at_once: AtOnce, bruno: Person
) -> None:
    test_d02_v2_3_4_v15_4_2_two_hundred_concurrent_equal_votes_count_once(at_once, bruno)


def test_d02_two_hundred_concurrent_voters_all_count(at_once: AtOnce) -> None:
    number, people = make.idea().id, make.crowd(200)
    votes = ensure_no_errors(at_once(200, lambda place: vote(number, *people[place])))
    assert len(set(votes)) == 200
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.total_count) == (200, 3, 200)
    assert recounting.drift_of(idea) is None


def test_concurrent_withdrawals_leave_counters_at_zero(at_once: AtOnce) -> None:
    number, people = make.idea().id, make.crowd(40)
    ensure_no_errors(at_once(40, lambda place: vote(number, *people[place])))
    ensure_no_errors(at_once(40, lambda place: unvote(number, people[place][0])))
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, idea.company_count, idea.trending) == (0, 0, 0.0)


@pytest.mark.parametrize("rounds", [15, pytest.param(1_250, marks=pytest.mark.slow)])
def test_d03_counters_equal_the_rows_after_interleaved_votes_and_withdrawals(rounds: int, at_once: AtOnce) -> None:
    """Eight threads vote on two ideas and a duplicate; some share a person."""
    idea, duplicate, other = make.idea(), make.idea(), make.idea()
    people = make.crowd(5)
    numbers = [idea.id, duplicate.id, other.id]
    merge_by_hand(duplicate.id, idea.id)

    def live(place: int) -> None:
        dice = random.Random(place)  # noqa: S311 - repeatable
        for _ in range(rounds):
            person, company = people[dice.randrange(5)]
            if dice.random() < 0.6:
                vote(dice.choice(numbers), person, company)
            else:
                unvote(dice.choice(numbers), person)

    ensure_no_errors(at_once(8, live))
    for number in (numbers[0], numbers[2]):
        assert recounting.drift_of(db.session.get_one(Idea, number)) is None
    assert lookups.count(Vote) <= 15


def test_d05_a_vote_concurrent_with_closing_counts_or_is_refused(at_once: AtOnce) -> None:
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
    assert len(ensure_no_errors([result for result in others if result not in refused])) == before
    assert before + len(refused) == 29
    idea = db.session.get_one(Idea, number)
    assert (idea.people_count, lookups.count(Vote)) == (before, before)


def test_d05_votes_concurrent_with_a_merge_count_in_the_set(at_once: AtOnce) -> None:
    original, duplicate, people = make.idea().id, make.idea().id, make.crowd(30)

    def act(place: int) -> None:
        if place == 15:
            merge_by_hand(duplicate, original)
        else:
            vote(duplicate if place % 2 else original, *people[place])

    ensure_no_errors(at_once(30, act))
    idea = db.session.get_one(Idea, original)
    assert idea.people_count == 29
    assert recounting.drift_of(idea) is None


def changed_by_another_transaction(idea: Idea, root: Idea) -> None:
    """Set the root as if another transaction had merged or separated the idea after it was read."""
    row = update(Idea).where(Idea.id == idea.id).values(root_id=root.id)
    db.session.execute(row.execution_options(synchronize_session=False))


def test_an_idea_merged_after_it_was_read_is_counted_in_its_new_set() -> None:
    idea, original = make.idea(), make.idea()
    changed_by_another_transaction(idea, original)
    assert locking.root_of(idea) is original


def test_an_idea_unmerged_after_it_was_read_is_counted_by_itself() -> None:
    idea, original = make.idea(), make.idea()
    merge_by_hand(idea.id, original.id)
    assert idea.root_id == original.id
    changed_by_another_transaction(idea, idea)
    assert locking.root_of(idea) is idea


def test_locking_several_sets_does_not_deadlock(at_once: AtOnce) -> None:
    numbers = [make.idea().id for _ in range(3)]

    def act(place: int) -> None:
        mine = random.Random(place).sample(numbers, 3)  # noqa: S311 - repeatable
        roots = locking.roots_of([db.session.get_one(Idea, number) for number in mine])
        assert [root.id for root in roots] == sorted(numbers)
        for root in roots:
            root.comment_count += 1
        db.session.commit()

    ensure_no_errors(at_once(30, act))
    assert [db.session.get_one(Idea, number).comment_count for number in numbers] == [30, 30, 30]
