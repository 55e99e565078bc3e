"""Property tests of merging: totals equal the rows, and separating restores the previous state."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from ideas.board.merging import merging, separating
from ideas.board.models import Idea, Vote
from ideas.board.voting import casting, recounting
from ideas.db import db
from tests import make

IDEAS, PEOPLE = 5, 5
idea, person = st.integers(0, IDEAS - 1), st.integers(0, PEOPLE - 1)


class Merging(RuleBasedStateMachine):
    """The portal and a plain model: active votes per idea, and each idea's parent."""

    @initialize()
    def begin(self) -> None:
        self.ideas = [make.idea(own_inherited=number) for number in range(IDEAS)]
        self.people = [make.customer(f"Pessoa {number}") for number in range(PEOPLE)]
        self.by = make.person("elisa")
        for one in self.ideas:
            recounting.recount(one)
        self.votes: set[tuple[int, int]] = set()
        self.parent: dict[int, int] = {}

    def root(self, number: int) -> int:
        while number in self.parent:
            number = self.parent[number]
        return number

    def set_of(self, number: int) -> set[int]:
        return {one for one in range(IDEAS) if self.root(one) == self.root(number)}

    @rule(number=idea, who=person)
    def vote(self, number: int, who: int) -> None:
        voter = self.people[who]
        casting.cast(self.ideas[number], voter=voter, company=make.company_of(voter))
        if not any((who, one) in self.votes for one in self.set_of(number)):
            self.votes.add((who, number))

    @rule(number=idea, who=person)
    def withdraw(self, number: int, who: int) -> None:
        casting.withdraw(self.ideas[number], voter=self.people[who])
        self.votes -= {(who, one) for one in self.set_of(number)}

    @rule(some=st.lists(idea, min_size=1, max_size=3, unique=True), into=idea)
    def merge(self, some: Sequence[int], into: int) -> None:
        root = self.root(into)
        others = [one for one in some if one != into]
        circle = root in others
        elsewhere = any(one in self.parent and self.root(one) != root for one in others)
        refused = not others or circle or elsewhere
        try:
            merging.merge([self.ideas[one] for one in some], self.ideas[into], by=self.by)
        except merging.NotMerged:
            assert refused
        else:
            assert not refused
            self.parent |= {one: into for one in others if one not in self.parent}

    @precondition(lambda self: self.parent)
    @rule(data=st.data())
    def unmerge(self, data: Any) -> None:
        number = data.draw(st.sampled_from(sorted(self.parent)))
        separating.unmerge(self.ideas[number], by=self.by)
        del self.parent[number]

    @rule(one=idea, other=idea)
    def there_and_back(self, one: int, other: int) -> None:
        """Merging and separating at once restores every row and counter."""
        if one in self.parent or self.root(other) == one:
            return
        before = self.picture()
        merging.merge([self.ideas[one]], self.ideas[other], by=self.by)
        separating.unmerge(self.ideas[one], by=self.by)
        assert self.picture() == before

    def picture(self) -> list[Any]:
        db.session.flush()
        columns = [getattr(Idea, name) for name in (*recounting.Tally._fields, "id", "root_id", "merged_into_id")]
        ideas = [(*row[:6], f"{row.trending:.9e}") for row in db.session.execute(select(*columns).order_by(Idea.id))
                 if row.id == row.root_id]  # fmt: skip
        parents = db.session.execute(select(Idea.id, Idea.root_id, Idea.merged_into_id).order_by(Idea.id))
        votes = db.session.execute(select(*Vote.__table__.c).order_by(Vote.id))
        return [*map(repr, ideas), *map(repr, parents), *map(repr, votes)]

    @invariant()
    def totals_equal_the_model_and_the_rows(self) -> None:
        db.session.flush()
        for number, one in enumerate(self.ideas):
            assert one.root_id == self.ideas[self.root(number)].id
            if self.root(number) == number:
                people = {who for who, where in self.votes if where in self.set_of(number)}
                assert (one.people_count, one.inherited_votes) == (len(people), sum(self.set_of(number)))
        drifts = [recounting.drift_of(one) for number, one in enumerate(self.ideas) if self.root(number) == number]
        assert not any(drifts)

    def teardown(self) -> None:
        db.session.rollback()


def lived(examples: int, steps: int) -> settings:
    return settings(max_examples=examples, stateful_step_count=steps,
                    suppress_health_check=list(HealthCheck))  # fmt: skip


def test_d06_merging_in_any_order_loses_nothing() -> None:
    run_state_machine_as_test(Merging, settings=lived(6, 20))


@pytest.mark.slow
def test_d06_merging_in_any_order_loses_nothing_in_many_examples() -> None:
    run_state_machine_as_test(Merging, settings=lived(125, 40))
