"""Property tests of votes: rows, counters and ledger equal a plain model."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from ideas import clock
from ideas.accounts import sanctions as accounts
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.merging import merging, separating
from ideas.board.models import Importance, Vote, VoteEvent
from ideas.board.voting import casting, proxying, recounting, setting_aside
from ideas.board.voting import importance as voting_importance
from ideas.board.voting.importance import Opinion
from ideas.board.voting.proxying import OnBehalf
from ideas.db import db
from ideas.errors import Refused
from tests import make
from tests.board.vote_steps import Ballots, No

IDEAS, PEOPLE, COMPANIES = 3, 3, 2
START = datetime(2026, 11, 22, tzinfo=UTC)

idea, person, company = (st.integers(0, number - 1) for number in (IDEAS, PEOPLE, COMPANIES))
importance = st.sampled_from([*Importance, None])
#: Hours that pass before an operation; zero makes ties.
hours = st.sampled_from([0, 0, 1, 40, 400])


class Votes(RuleBasedStateMachine):
    """The portal and the model. Both run each operation, or both refuse it."""

    def __init__(self) -> None:
        super().__init__()
        self.time = time_machine.travel(START, tick=False)
        self.watch = self.time.start()

    def teardown(self) -> None:
        db.session.rollback()
        self.time.stop()

    @initialize()
    def begin(self) -> None:
        self.ideas = [make.idea(own_inherited=number) for number in range(IDEAS)]
        self.companies = [make.company() for _ in range(COMPANIES)]
        self.people = [make.customer(f"Pessoa {n}", self.companies[n % COMPANIES]) for n in range(PEOPLE)]
        self.by, self.numbers = make.person("elisa"), {one.id: n for n, one in enumerate(self.ideas)}
        self.voters = {one.id: n for n, one in enumerate(self.people)}
        for one in self.ideas:
            recounting.recount(one)
        self.model = Ballots([one.own_inherited for one in self.ideas])

    def both(self, operation: Callable[[], Any], model: Callable[[], None]) -> None:
        """Run the operation in the portal and in the model; both accept or both refuse it."""
        try:
            with db.session.begin_nested():
                operation()
        except Refused:
            with pytest.raises(No):
                model()
        else:
            model()

    @rule(who=person, what=idea, where=company, later=hours)
    def cast(self, who: int, what: int, where: int, later: int) -> None:
        self.watch.shift(timedelta(hours=later))
        self.both(
            lambda: casting.cast(self.ideas[what], voter=self.people[who], company=self.companies[where]),
            lambda: self.model.cast(who, what, where, clock.now()),
        )

    @rule(who=person, what=idea)
    def withdraw(self, who: int, what: int) -> None:
        self.both(
            lambda: casting.withdraw(self.ideas[what], voter=self.people[who]),
            lambda: self.model.withdraw(who, what),
        )

    @rule(who=person, what=idea, much=importance)
    def say(self, who: int, what: int, much: str | None) -> None:
        voter, where = self.people[who], self.companies[who % COMPANIES]
        self.both(
            lambda: voting_importance.state(self.ideas[what], Opinion(much), voter=voter, company=where),
            lambda: self.model.say(who, what, much),
        )

    @rule(who=person, what=idea, much=importance, later=hours)
    def vote_for(self, who: int, what: int, much: str | None, later: int) -> None:
        self.watch.shift(timedelta(hours=later))
        where = who % COMPANIES
        asked = OnBehalf(
            voter=self.people[who], company=self.companies[where], source="chamado 2026-000001", opinion=Opinion(much)
        )
        self.both(
            lambda: proxying.cast(self.ideas[what], asked, by=self.by),
            lambda: self.model.vote_for(who, what, where, much, clock.now()),
        )

    @rule(who=person)
    def suspend(self, who: int) -> None:
        accounts.suspend(self.people[who], until=None)
        self.model.suspended.add(who)

    @rule(who=person)
    def restore(self, who: int) -> None:
        accounts.restore(self.people[who])
        self.model.suspended.discard(who)

    @rule(who=person)
    def settle(self, who: int) -> None:
        """Run the job some time later."""
        last = 0
        while (step := setting_aside.settle_some(self.people[who].id, after=last)).last:
            last = step.last
        self.model.settle(who)

    @rule(what=idea, into=idea)
    def merge(self, what: int, into: int) -> None:
        if self.model.root(what) == self.model.root(into) and self.model.root(into) != what:
            return
        self.both(
            lambda: merging.merge([self.ideas[what]], self.ideas[into], by=self.by),
            lambda: self.model.merge(what, into),
        )

    @rule(what=idea)
    def unmerge(self, what: int) -> None:
        separating.unmerge(self.ideas[what], by=self.by)
        self.model.unmerge(what)

    @rule(what=idea)
    def close(self, what: int) -> None:
        root = self.model.root(what)
        if root not in self.model.closed:
            deciding.decide(self.ideas[root], Decision(to="declined", text="Não cabe no produto."), by=self.by)
            self.model.closed.add(root)

    @rule(what=idea)
    def reopen(self, what: int) -> None:
        root = self.model.root(what)
        if root in self.model.closed:
            deciding.decide(self.ideas[root], Decision(to="under_review", reason="Vale rever."), by=self.by)
            self.model.closed.discard(root)

    @invariant()
    def the_counters_equal_a_count_by_hand(self) -> None:
        db.session.flush()
        roots = {number: self.ideas[number] for number in range(IDEAS) if self.model.root(number) == number}
        recounted = recounting.tallies([root.id for root in roots.values()])
        assert len(recounted) == len(roots)
        for number, root in roots.items():
            kept = recounting.Tally._make(getattr(root, name) for name in recounting.Tally._fields)
            by_hand = self.model.tally(number)
            assert kept[:-1] == by_hand[:-1]
            assert kept.trending == pytest.approx(by_hand.trending, rel=1e-9, abs=0)
            assert not kept.differs_from(recounted[root.id])

    @invariant()
    def rows_equal_the_model_and_the_ledger(self) -> None:
        votes = db.session.scalars(select(Vote)).all()
        assert sorted(self.facts(vote) for vote in votes) == sorted(
            (row.person, row.idea, row.cast_at, row.importance or "", row.on_behalf, row.withdrawn, row.set_aside)
            for row in self.model.rows
        )
        replayed = {vote.id: ("", False, False) for vote in votes}
        for line in db.session.scalars(select(VoteEvent).order_by(VoteEvent.id)):
            replayed[line.vote_id] = after_event(replayed[line.vote_id], line)
        assert replayed == {
            vote.id: (vote.importance or "", vote.withdrawn_at is not None, vote.set_aside_at is not None)
            for vote in votes
        }

    def facts(self, vote: Vote) -> tuple[Any, ...]:
        return (
            self.voters[vote.person_id], self.numbers[vote.idea_id], vote.cast_at, vote.importance or "",
            vote.proxied_by_id is not None, vote.withdrawn_at is not None, vote.set_aside_at is not None,
        )  # fmt: skip


def after_event(before: tuple[str, bool, bool], line: VoteEvent) -> tuple[str, bool, bool]:
    """Apply a row of the ledger to the (importance, withdrawn, set aside) of a vote."""
    said, withdrawn, aside = before
    said = line.importance or ""
    if line.what in {"cast", "on_behalf"}:
        return said, False, False
    if line.what == "withdrawn":
        return said, True, aside
    if line.what in {"set_aside", "restored"}:
        return said, withdrawn, line.what == "set_aside"
    return said, withdrawn, aside


def lived(lives: int, steps: int) -> settings:
    return settings(max_examples=lives, stateful_step_count=steps, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    ("lives", "steps"), [(12, 30), pytest.param(100, 50, marks=pytest.mark.slow)], ids=["hundreds", "thousands"]
)
def test_d03_rows_counters_and_ledger_equal_the_model_after_any_operations(lives: int, steps: int) -> None:
    run_state_machine_as_test(Votes, settings=lived(lives, steps))


def test_the_model_detects_a_wrong_counter_and_a_missing_ledger_row() -> None:
    machine = Votes()
    try:
        machine.begin()
        machine.cast(0, 0, 0, 0)
        machine.the_counters_equal_a_count_by_hand()
        machine.rows_equal_the_model_and_the_ledger()
        machine.ideas[0].company_count += 1
        with pytest.raises(AssertionError):
            machine.the_counters_equal_a_count_by_hand()
        vote = db.session.scalars(select(Vote)).one()
        vote.importance = "critical"
        with pytest.raises(AssertionError):
            machine.rows_equal_the_model_and_the_ledger()
    finally:
        machine.teardown()
