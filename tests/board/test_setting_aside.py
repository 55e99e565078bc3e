"""A suspended person's votes are set aside and restored by jobs, in chunks, with exact counters and a ledger row each."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import sanctions as accounts
from ideas.accounts.models import Person
from ideas.board.models import Idea, Vote, VoteEvent
from ideas.board.voting import casting, recounting, setting_aside
from ideas.conduct import participation
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.notifications.models import Notification
from ideas.outbox import delivery
from ideas.outbox.models import Event
from tests import make
from tests.conftest import statements


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_aside, "PAUSE_SECONDS", 0)


def suspend(person: Person, days: int | None = None) -> None:
    accounts.suspend(person, until=None if days is None else clock.now() + timedelta(days=days))
    db.session.commit()


def vote_event_count(what: str) -> int:
    return db.session.scalar(select(func.count()).where(VoteEvent.what == what)) or 0


def names() -> list[str]:
    return list(db.session.scalars(select(Event.name).order_by(Event.id)))


def test_d11_votes_are_set_aside_and_restored_with_a_ledger_row_each_and_exact_counters(
    bruno: Person, carla: Person
) -> None:
    ideas = [make.idea() for _ in range(setting_aside.CHUNK_SIZE + 3)]
    for idea in ideas:
        make.votes(idea, bruno, carla)
    before = [recounting.tallies([idea.id])[idea.id] for idea in ideas]
    suspend(bruno)
    setting_aside.settle_votes(bruno.id)
    assert {(idea.people_count, idea.company_count) for idea in ideas} == {(1, 1)}
    assert [recounting.drift_of(idea) for idea in ideas if recounting.drift_of(idea)] == []
    assert (vote_event_count("set_aside"), vote_event_count("restored")) == (len(ideas), 0)
    accounts.restore(bruno)
    setting_aside.settle_votes(bruno.id)
    assert [recounting.tallies([idea.id])[idea.id] for idea in ideas] == before
    assert [recounting.drift_of(idea) for idea in ideas if recounting.drift_of(idea)] == []
    assert (vote_event_count("set_aside"), vote_event_count("restored")) == (len(ideas), len(ideas))


def test_d11_the_person_is_notified_once_each_way(bruno: Person, carla: Person) -> None:
    make.votes(make.idea(), bruno, carla)
    suspend(bruno)
    for _ in range(2):
        setting_aside.settle_votes(bruno.id)
    accounts.restore(bruno)
    setting_aside.settle_votes(bruno.id)
    db.session.commit()
    assert names() == ["votes_set_aside", "votes_restored"]
    delivery.deliver_pending()
    assert db.session.scalars(select(Notification.person_id)).all() == [bruno.id, bruno.id]


def test_d07_new_votes_are_refused_at_once_and_earlier_ones_are_set_aside_by_a_job(bruno: Person) -> None:
    idea, other = make.idea(), make.idea()
    make.votes(idea, bruno)
    suspend(bruno)
    with pytest.raises(participation.Suspended):
        make.votes(other, bruno)
    assert idea.people_count == 1
    setting_aside.settle_votes(bruno.id)
    assert idea.people_count == 0


def test_d07_a_vote_concurrent_with_the_suspension_is_set_aside_by_the_schedule(bruno: Person) -> None:
    idea = make.idea()
    suspend(bruno)
    setting_aside.settle_votes(bruno.id)
    # The request checked before the suspension was committed, and commits its vote after the job.
    accounts.restore(bruno)
    make.votes(idea, bruno)
    suspend(bruno)
    setting_aside.settle_all()
    assert idea.people_count == 0


def test_the_schedule_restores_votes_when_the_suspension_expires(bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    suspend(bruno, days=7)
    setting_aside.settle_all()
    assert idea.people_count == 0
    with time_machine.travel(clock.now() + timedelta(days=6)):
        setting_aside.settle_all()
        assert idea.people_count == 0
    with time_machine.travel(clock.now() + timedelta(days=8)):
        setting_aside.settle_all()
        assert (idea.people_count, setting_aside.unsettled()) == (1, [])


def test_a_vote_withdrawn_while_set_aside_is_not_restored(bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    suspend(bruno)
    setting_aside.settle_votes(bruno.id)
    casting.withdraw(idea, voter=bruno)
    accounts.restore(bruno)
    setting_aside.settle_votes(bruno.id)
    assert (idea.people_count, vote_event_count("restored"), setting_aside.unsettled()) == (0, 0, [])
    make.votes(idea, bruno)
    assert idea.people_count == 1


def test_the_votes_of_other_people_are_left_alone(bruno: Person, carla: Person, davi: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno, carla, davi)
    suspend(bruno)
    suspend(davi)
    setting_aside.settle_votes(bruno.id)
    assert idea.people_count == 2
    setting_aside.settle_all()
    assert idea.people_count == 1


def test_all_votes_of_a_person_in_a_merged_set_are_set_aside_and_restored(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    make.votes(original, bruno)
    make.votes(duplicate, bruno)
    duplicate.merged_into_id = duplicate.root_id = original.id
    db.session.flush()
    recounting.recount(original)
    suspend(bruno)
    setting_aside.settle_votes(bruno.id)
    assert (original.people_count, vote_event_count("set_aside")) == (0, 2)
    accounts.restore(bruno)
    setting_aside.settle_votes(bruno.id)
    assert (original.people_count, recounting.drift_of(original)) == (1, None)


def test_votes_on_closed_ideas_are_set_aside_too(bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    idea.status_key = "declined"
    suspend(bruno)
    setting_aside.settle_votes(bruno.id)
    assert idea.people_count == 0


def test_a_chunk_changes_only_its_own_ideas(bruno: Person) -> None:
    ideas = [make.idea() for _ in range(setting_aside.CHUNK_SIZE * 2)]
    for idea in ideas:
        make.votes(idea, bruno)
    suspend(bruno)
    step = setting_aside.settle_some(bruno.id)
    assert (step.changed, step.suspended) == (setting_aside.CHUNK_SIZE, True)
    assert [idea.people_count for idea in ideas] == [0] * setting_aside.CHUNK_SIZE + [1] * setting_aside.CHUNK_SIZE


def test_a_chunk_is_recounted_in_one_statement(bruno: Person) -> None:
    """Nobody else can write on SQLite during a chunk, so it must be short."""
    for _ in range(setting_aside.CHUNK_SIZE):
        make.votes(make.idea(), bruno)
    suspend(bruno)
    with statements() as sent:
        setting_aside.settle_some(bruno.id)
    assert sum("row_number()" in statement for statement in sent) == 1


def test_ending_the_suspension_while_the_job_runs_restores_the_votes(bruno: Person) -> None:
    ideas = [make.idea() for _ in range(setting_aside.CHUNK_SIZE * 2)]
    for idea in ideas:
        make.votes(idea, bruno)
    suspend(bruno)
    first = setting_aside.settle_some(bruno.id)
    accounts.restore(bruno)
    assert setting_aside.settle_some(bruno.id, after=first.last or 0).changed == 0
    setting_aside.settle_votes(bruno.id)
    assert [idea.people_count for idea in ideas] == [1] * len(ideas)


def test_other_people_can_vote_while_the_job_runs(app: Flask, at_once, bruno: Person) -> None:
    ideas = [make.idea().id for _ in range(24)]
    for number in ideas:
        make.votes(db.session.get_one(Idea, number), bruno)
    voters = [(make.customer(f"Pessoa {n}").id, n) for n in range(4)]
    suspend(bruno)
    begun = threading.Event()

    def act(place: int) -> None:
        if place == 4:
            begun.set()
            setting_aside.settle_votes(bruno_id)
            db.session.commit()
            return
        begun.wait(10)
        person = db.session.get_one(Person, voters[place][0])
        for number in ideas[place::4]:
            make.votes(db.session.get_one(Idea, number), person)
            db.session.commit()

    bruno_id = bruno.id
    assert [result for result in at_once(5, act) if result is not None] == []
    set_mode(Mode.WRITE)
    assert [drift for chunk in recounting.recount_all(dry_run=True) for drift in chunk] == []
    assert {db.session.get_one(Idea, number).people_count for number in ideas} == {1}
    assert db.session.scalar(select(func.count()).where(Vote.set_aside_at.is_not(None))) == len(ideas)


def test_the_command_enqueues_the_job_in_its_transaction(app: Flask, bruno: Person, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(setting_aside.jobs, "enqueue", lambda *asking: asked.append((asking[1], asking[3:])))
    db.session.commit()
    for command in ("suspend", "restore"):
        assert app.test_cli_runner().invoke(args=["people", command, bruno.email]).exit_code == 0
    assert asked == [(setting_aside.settle_votes, (bruno.id,))] * 2
