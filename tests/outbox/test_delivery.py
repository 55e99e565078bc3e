"""None lost, nobody told twice, nobody told what is no longer theirs to know (cases E01-E05)."""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox import delivery, kinds
from ideas.outbox.delivery import deliver, deliver_pending, sweep
from ideas.outbox.models import Delivery, Event
from ideas.outbox.recording import record


def record_event(by, **facts):
    event = record("told", thing="idea", thing_id=1, by=by.id, **facts)
    db.session.commit()
    return event


def jobs_asked_for():
    table = "dbos.workflow_status" if db.engine.dialect.name == "postgresql" else "workflow_status"
    return db.session.scalar(text(f"SELECT count(*) FROM {table}"))


def test_everyone_who_should_hear_is_told_once(stand, ana, bruno, carla):
    stand.hearers = [bruno.id, carla.id]
    event = record_event(ana)
    other = record_event(bruno)  # noise, on purpose
    assert deliver_pending() == 2
    assert stand.heard == [(event.id, bruno.id), (event.id, carla.id), (other.id, carla.id)]
    assert event.delivered_at is not None


def test_e01_delivering_again_tells_nobody_again(stand, ana, bruno):
    stand.hearers = [bruno.id]
    event = record_event(ana)
    deliver(event.id)
    deliver(event.id)
    assert len(stand.heard) == 1
    assert deliver_pending() == 0


@pytest.mark.parametrize("moment", range(1, 8))
def test_e01_an_end_at_any_commit_loses_and_repeats_nothing(stand, ana, monkeypatch, moment):
    """The delivery ends at its n-th commit, for every n; the next run does the rest."""
    monkeypatch.setattr(delivery, "CHUNK", 2)
    people = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    stand.hearers = list(people)
    kinds.channel("book", write_down, stand.wants)
    event_id, actor = record_event(ana).id, ana.id
    with monkeypatch.context() as patch:
        patch.setattr(db.session, "commit", ending_at(moment, db.session.commit))
        with pytest.raises(KeyboardInterrupt):
            deliver(event_id)
    db.session.rollback()
    deliver(event_id)
    written = db.session.scalars(select(Notification.person_id).order_by(Notification.person_id)).all()
    assert written == [person for person in people if person != actor]


def write_down(session: Session, event: Event, people: Sequence[int]) -> None:
    session.add_all(Notification(person_id=person, event_id=event.id) for person in people)


def ending_at(moment: int, commit: Callable[[], None]) -> Callable[[], None]:
    """A commit that is interrupted instead, the n-th time."""
    left = itertools.count(moment - 1, -1)

    def commit_or_end() -> None:
        if next(left) == 0:
            raise KeyboardInterrupt
        commit()

    return commit_or_end


def test_e02_two_at_once_tell_everyone_once(stand, at_once, ana, bruno, carla):
    stand.hearers = [bruno.id, carla.id]
    event_id = record_event(ana).id
    results = at_once(4, lambda _: deliver(event_id))
    assert results == [None] * 4
    assert sorted(stand.heard) == [(event_id, bruno.id), (event_id, carla.id)]


def test_e04_nobody_hears_of_their_own_deed(stand, ana, bruno):
    stand.hearers = [ana.id, bruno.id, bruno.id]
    event = record_event(ana)
    deliver_pending()
    assert stand.heard == [(event.id, bruno.id)]


def test_e05_whoever_stopped_following_since_is_not_told(stand, ana, bruno, carla):
    stand.hearers = [bruno.id, carla.id]
    event = record_event(ana)
    stand.hearers = [carla.id]
    deliver_pending()
    assert stand.heard == [(event.id, carla.id)]


def test_b11_whoever_lost_the_right_since_is_not_told(stand, ana, bruno, carla):
    stand.hearers = [bruno.id, carla.id]
    event = record_event(ana)
    stand.without_right = {bruno.id}
    deliver_pending()
    assert stand.heard == [(event.id, carla.id)]


def test_a_channel_takes_only_those_who_want_it(stand, ana, bruno, carla):
    stand.hearers = [bruno.id, carla.id]
    stand.unwilling = {carla.id}
    event = record_event(ana)
    deliver_pending()
    assert stand.heard == [(event.id, bruno.id)]
    assert db.session.scalars(select(Delivery.recipient_key)).all() == [str(bruno.id)]


def test_what_else_happens_then_happens_once(stand, ana):
    kinds.on("told", stand.handle)
    event = record_event(ana)
    deliver(event.id)
    event.delivered_at = None
    db.session.commit()
    deliver(event.id)
    assert stand.handled == [event.id]


def test_a_handler_that_fails_is_tried_again_and_nobody_hears_twice(stand, ana, bruno):
    stand.hearers = [bruno.id]
    tries = []

    def handle(event: Event) -> None:
        tries.append(event.id)
        if len(tries) == 1:
            raise RuntimeError

    kinds.on("told", handle)
    event = record_event(ana)
    with pytest.raises(RuntimeError):
        deliver(event.id)
    db.session.rollback()
    assert event.delivered_at is None
    deliver(event.id)
    assert len(tries) == 2
    assert stand.heard == [(event.id, bruno.id)]


def test_the_sweep_asks_again_for_what_was_left_untold(stand, ana):
    old, new, lost = record_event(ana), record_event(ana), record_event(ana)
    old.recorded_at = clock.now() - timedelta(hours=1)
    lost.recorded_at = clock.now() - timedelta(days=30)
    before = jobs_asked_for()
    sweep()
    sweep()
    db.session.commit()
    assert jobs_asked_for() == before + 1
    assert new.delivered_at is None


def test_the_sweep_leaves_alone_what_was_told(stand, ana):
    event = record_event(ana)
    deliver_pending()
    event.recorded_at = clock.now() - timedelta(hours=1)
    before = jobs_asked_for()
    sweep()
    assert jobs_asked_for() == before
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1
