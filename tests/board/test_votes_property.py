"""Whatever people do, in whatever order, the counters equal what the rows say."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ideas import clock
from ideas.board import counting, locking, trending, voting
from ideas.board.models import Idea, Importance, Vote, VoteEvent
from ideas.db import db
from tests import make

IDEAS, PEOPLE, COMPANIES = 3, 3, 2
START = datetime(2026, 11, 22, tzinfo=UTC)

idea, person, company = (st.integers(0, number - 1) for number in (IDEAS, PEOPLE, COMPANIES))
steps = st.one_of(
    st.tuples(st.just("cast"), person, idea, company),
    st.tuples(st.just("cast"), person, idea, company),
    st.tuples(st.just("cast"), person, idea, company),
    st.tuples(st.just("withdraw"), person, idea),
    st.tuples(st.just("matters"), person, idea, st.sampled_from([*Importance, None])),
    st.tuples(st.just("merge"), idea, idea),
    st.tuples(st.just("merge"), idea, idea),
    st.tuples(st.just("unmerge"), idea),
    st.tuples(st.just("set_aside"), person),
    st.tuples(st.just("restore"), person),
)
Life = Sequence[tuple[int, tuple[Any, ...]]]
#: Each step comes some hours after the one before; 0 makes ties.
lives = st.lists(st.tuples(st.sampled_from([0, 1, 40, 400, 4_000]), steps), min_size=5, max_size=40)


class World:
    """Some ideas, people and companies, and everything that can be done to them."""

    def __init__(self) -> None:
        self.ideas = [make.idea(own_inherited=number) for number in range(IDEAS)]
        self.companies = [make.company() for _ in range(COMPANIES)]
        self.people = [make.customer(f"Pessoa {n}", self.companies[n % COMPANIES]) for n in range(PEOPLE)]
        self.recount(self.ideas)

    def cast(self, person: int, idea: int, company: int) -> None:
        voting.cast(self.ideas[idea], voter=self.people[person], company=self.companies[company])

    def withdraw(self, person: int, idea: int) -> None:
        voting.withdraw(self.ideas[idea], voter=self.people[person])

    def matters(self, person: int, idea: int, importance: Importance | None) -> None:
        root = locking.root_of(self.ideas[idea])
        for vote in counting.rows_of(root, self.people[person]):
            vote.importance = importance
        self.recount([root])

    def merge(self, idea: int, into: int) -> None:
        """By hand: an original and all that was merged into it join another's set."""
        one, other = self.root(self.ideas[idea]), self.root(self.ideas[into])
        if one is other:
            return
        for each in self.set_of(one):
            each.root_id = other.id
        one.merged_into_id = other.id
        self.recount([other])

    def unmerge(self, idea: int) -> None:
        """By hand: an idea leaves its set with all that was merged into it."""
        out = self.ideas[idea]
        if out.merged_into_id is None:
            return
        root = self.root(out)
        out.merged_into_id = None
        for each in self.below(out):
            each.root_id = out.id
        self.recount([root, out])

    def set_aside(self, person: int) -> None:
        self._stand(person, clock.now())

    def restore(self, person: int) -> None:
        self._stand(person, None)

    def _stand(self, person: int, set_aside_at: datetime | None) -> None:
        for vote in db.session.scalars(select(Vote).filter_by(person_id=self.people[person].id)):
            vote.set_aside_at = set_aside_at
        self.recount({self.root(each) for each in self.ideas})

    def recount(self, roots: Any) -> None:
        db.session.flush()
        for root in locking.roots_of(list(roots)):
            counting.recount(root)

    def root(self, idea: Idea) -> Idea:
        return next(each for each in self.ideas if each.id == idea.root_id)

    def set_of(self, root: Idea) -> list[Idea]:
        return [each for each in self.ideas if each.root_id == root.id]

    def below(self, idea: Idea) -> list[Idea]:
        children = [each for each in self.ideas if each.merged_into_id == idea.id]
        return [idea, *(each for child in children for each in self.below(child))]

    def counted_by_hand(self, root: Idea) -> counting.Tally:
        """The counters, from the rows, in Python and in the words of the rule."""
        members = {each.id for each in self.set_of(root)}
        rows = [vote for vote in db.session.scalars(select(Vote)) if vote.idea_id in members and vote.stands]
        people = {vote.person_id for vote in rows}
        earliest = [min((v for v in rows if v.person_id == one), key=lambda v: (v.cast_at, v.id)) for one in people]
        inherited = sum(each.own_inherited for each in self.set_of(root))
        return counting.Tally(
            people_count=len(people),
            company_count=len({vote.company_id for vote in earliest}),
            inherited_votes=inherited,
            total_count=len(people) + inherited,
            critical_count=len({vote.person_id for vote in rows if vote.importance == Importance.CRITICAL}),
            comment_count=0,
            trending=sum(trending.term(vote.cast_at) for vote in earliest),
        )


def lived(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


@lived(15)
@given(life=lives)
def test_d03_counters_equal_the_rows_after_every_step(life: Life) -> None:
    live(life)


@pytest.mark.slow
@lived(400)
@given(life=lives)
def test_d03_counters_equal_the_rows_in_many_lives(life: Life) -> None:
    live(life)


def live(life: Life) -> None:
    try:
        with time_machine.travel(START, tick=False) as time:
            world = World()
            for hours, (deed, *operands) in life:
                time.shift(timedelta(hours=hours))
                getattr(world, deed)(*operands)
                db.session.flush()
                check(world)
    finally:
        db.session.rollback()


def check(world: World) -> None:
    for root in {world.root(each) for each in world.ideas}:
        kept = counting.Tally._make(getattr(root, name) for name in counting.Tally._fields)
        by_hand = world.counted_by_hand(root)
        assert kept[:-1] == by_hand[:-1]
        assert kept.trending == pytest.approx(by_hand.trending, rel=1e-9, abs=0)
        assert counting.drift_of(root) is None
    votes = db.session.scalars(select(Vote)).all()
    assert len({(vote.person_id, vote.idea_id) for vote in votes}) == len(votes)
    # Each standing vote was cast after it was last withdrawn.
    last = {event.vote_id: event.what for event in db.session.scalars(select(VoteEvent).order_by(VoteEvent.id))}
    assert all((last[vote.id] == "cast") == (vote.withdrawn_at is None) for vote in votes)


def test_the_world_can_tell_a_wrong_counter() -> None:
    world = World()
    world.cast(0, 0, 0)
    db.session.flush()
    world.ideas[0].company_count += 1
    with pytest.raises(AssertionError):
        check(world)
