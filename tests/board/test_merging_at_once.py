"""Concurrent merges, separations and votes, with real threads and commits."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.board.merging import merging, separating
from ideas.board.models import Idea, Merge
from ideas.board.voting import casting, recounting
from ideas.companies.models import Company
from ideas.db import db
from tests import make

AtOnce = Callable[[int, Callable[[int], Any]], list[Any]]


def vote(number: int, person_id: int, company_id: int) -> None:
    idea, voter = db.session.get_one(Idea, number), db.session.get_one(Person, person_id)
    casting.cast(idea, voter=voter, company=db.session.get_one(Company, company_id))
    db.session.commit()


def unvote(number: int, person_id: int) -> None:
    casting.withdraw(db.session.get_one(Idea, number), voter=db.session.get_one(Person, person_id))
    db.session.commit()


def merge(duplicates: Sequence[int], into: int, by_id: int) -> int:
    some = [db.session.get_one(Idea, number) for number in duplicates]
    made = merging.merge(some, db.session.get_one(Idea, into), by=db.session.get_one(Person, by_id))
    db.session.commit()
    return len(made)


def unmerge(number: int, by_id: int) -> None:
    separating.unmerge(db.session.get_one(Idea, number), by=db.session.get_one(Person, by_id))
    db.session.commit()


def whole(faults: Sequence[Any]) -> None:
    """Check that there were only refusals, that parents and roots agree, and that counters equal the rows."""
    wrong = [one for one in faults if isinstance(one, Exception) and not isinstance(one, merging.NotMerged)]
    assert wrong == []
    ideas = {idea.id: idea for idea in db.session.scalars(select(Idea))}
    for idea in ideas.values():
        top, seen = idea, set()
        while top.merged_into_id is not None:
            assert top.id not in seen, "a circle"
            seen.add(top.id)
            top = ideas[top.merged_into_id]
        assert idea.root_id == top.id
        if idea is top:
            assert recounting.drift_of(idea) is None
    standing = {(m.duplicate_id, m.into_id) for m in db.session.scalars(select(Merge).where(Merge.undone_at.is_(None)))}
    assert standing == {(idea.id, idea.merged_into_id) for idea in ideas.values() if idea.merged_into_id}


def test_d05_votes_concurrent_with_a_merge_and_its_undoing_are_counted(at_once: AtOnce, elisa: Person) -> None:
    original, duplicate, people, by = make.idea().id, make.idea().id, make.crowd(24), elisa.id

    def act(place: int) -> None:
        if place in {8, 16}:
            merge([duplicate], original, by)
        elif place in {12, 20}:
            unmerge(duplicate, by)
        else:
            vote(duplicate if place % 2 else original, *people[place])

    results = at_once(24, act)
    assert [one for one in results if isinstance(one, Exception)] == []
    whole(results)
    counted = [db.session.get_one(Idea, number).people_count for number in {original, duplicate}]
    merged = db.session.get_one(Idea, duplicate).merged_into_id is not None
    assert (counted[0] if merged else sum(counted)) == 20


def test_d06_concurrent_merges_of_two_ideas_into_each_other_make_no_cycle(at_once: AtOnce, elisa: Person) -> None:
    a, b, by = make.idea().id, make.idea().id, elisa.id
    results = at_once(2, lambda place: merge([a], b, by) if place else merge([b], a, by))
    whole(results)
    assert sorted(str(type(one).__name__) for one in results) == ["InACircle", "int"]


def test_d06_concurrent_merges_from_both_ends_of_a_chain_have_one_root(at_once: AtOnce, elisa: Person) -> None:
    a, b, c, by = make.idea().id, make.idea().id, make.idea().id, elisa.id
    results = at_once(2, lambda place: merge([a], b, by) if place else merge([b], c, by))
    assert results == [1, 1]
    whole(results)
    assert {db.session.get_one(Idea, number).root_id for number in (a, b, c)} == {c}


@pytest.mark.parametrize("rounds", [12, pytest.param(400, marks=pytest.mark.slow)])
def test_d06_merges_and_separations_concurrent_with_votes_keep_counters_exact(
    rounds: int, at_once: AtOnce, elisa: Person
) -> None:
    numbers, people, by = [make.idea().id for _ in range(5)], make.crowd(6), elisa.id

    def live(place: int) -> list[Any]:
        dice = random.Random(place)  # noqa: S311 - repeatable
        refused: list[Any] = []
        for _ in range(rounds):
            one, other = dice.sample(numbers, 2)
            person, company = dice.choice(people)
            try:
                match dice.randrange(6):
                    case 0:
                        merge([one], other, by)
                    case 1:
                        unmerge(one, by)
                    case 2:
                        unvote(one, person)
                    case _:
                        vote(one, person, company)
            except merging.NotMerged as refusal:
                db.session.rollback()
                refused.append(refusal)
        return refused

    whole(at_once(6, live))
