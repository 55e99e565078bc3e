"""Delivery is complete, happens once, and checks access at delivery time (cases E01-E05)."""

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
    event = record("happened", thing="idea", thing_id=1, by=by.id, **facts)
    db.session.commit()
    return event


def count_jobs():
    table = "dbos.workflow_status" if db.engine.dialect.name == "postgresql" else "workflow_status"
    return db.session.scalar(text(f"SELECT count(*) FROM {table}"))


def test_each_recipient_is_notified_once(feature, ana, bruno, carla):
    feature.recipient_ids = [bruno.id, carla.id]
    event = record_event(ana)
    other = record_event(bruno)  # an unrelated event
    assert deliver_pending() == 2
    assert feature.delivered == [(event.id, bruno.id), (event.id, carla.id), (other.id, carla.id)]
    assert event.delivered_at is not None


def test_e01_delivering_twice_notifies_once(feature, ana, bruno):
    feature.recipient_ids = [bruno.id]
    event = record_event(ana)
    deliver(event.id)
    deliver(event.id)
    assert len(feature.delivered) == 1
    assert deliver_pending() == 0


@pytest.mark.parametrize("moment", range(1, 8))
def test_e01_interruption_at_any_commit_loses_and_repeats_nothing(feature, ana, monkeypatch, moment):
    """The first run is interrupted at its n-th commit; the second one completes it."""
    monkeypatch.setattr(delivery, "BATCH_SIZE", 2)
    people = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    feature.recipient_ids = list(people)
    kinds.register_channel("database", insert_notifications, feature.wants)
    event_id, actor = record_event(ana).id, ana.id
    with monkeypatch.context() as patch:
        patch.setattr(db.session, "commit", interrupt_at(moment, db.session.commit))
        with pytest.raises(KeyboardInterrupt):
            deliver(event_id)
    db.session.rollback()
    deliver(event_id)
    written = db.session.scalars(select(Notification.person_id).order_by(Notification.person_id)).all()
    assert written == [person for person in people if person != actor]


def insert_notifications(session: Session, event: Event, people: Sequence[int]) -> None:
    session.add_all(Notification(person_id=person, event_id=event.id) for person in people)


def interrupt_at(moment: int, commit: Callable[[], None]) -> Callable[[], None]:
    """Return a commit that raises KeyboardInterrupt at its n-th call."""
    left = itertools.count(moment - 1, -1)

    def commit_or_interrupt() -> None:
        if next(left) == 0:
            raise KeyboardInterrupt
        commit()

    return commit_or_interrupt


def test_e02_concurrent_deliveries_notify_each_recipient_once(feature, at_once, ana, bruno, carla):
    feature.recipient_ids = [bruno.id, carla.id]
    event_id = record_event(ana).id
    results = at_once(4, lambda _: deliver(event_id))
    assert results == [None] * 4
    assert sorted(feature.delivered) == [(event_id, bruno.id), (event_id, carla.id)]


def test_e04_actor_is_not_notified(feature, ana, bruno):
    feature.recipient_ids = [ana.id, bruno.id, bruno.id]
    event = record_event(ana)
    deliver_pending()
    assert feature.delivered == [(event.id, bruno.id)]


def test_e05_person_who_unfollowed_before_delivery_is_not_notified(feature, ana, bruno, carla):
    feature.recipient_ids = [bruno.id, carla.id]
    event = record_event(ana)
    feature.recipient_ids = [carla.id]
    deliver_pending()
    assert feature.delivered == [(event.id, carla.id)]


def test_b11_person_who_lost_access_before_delivery_is_not_notified(feature, ana, bruno, carla):
    feature.recipient_ids = [bruno.id, carla.id]
    event = record_event(ana)
    feature.without_access = {bruno.id}
    deliver_pending()
    assert feature.delivered == [(event.id, carla.id)]


def test_channel_delivers_only_to_those_who_want_it(feature, ana, bruno, carla):
    feature.recipient_ids = [bruno.id, carla.id]
    feature.opted_out = {carla.id}
    event = record_event(ana)
    deliver_pending()
    assert feature.delivered == [(event.id, bruno.id)]
    assert db.session.scalars(select(Delivery.recipient_key)).all() == [str(bruno.id)]


def test_handler_runs_once_per_event(feature, ana):
    kinds.register_handler("happened", feature.handle)
    event = record_event(ana)
    deliver(event.id)
    event.delivered_at = None
    db.session.commit()
    deliver(event.id)
    assert feature.handled == [event.id]


def test_failing_handler_is_retried_without_notifying_twice(feature, ana, bruno):
    feature.recipient_ids = [bruno.id]
    tries = []

    def handle(event: Event) -> None:
        tries.append(event.id)
        if len(tries) == 1:
            raise RuntimeError

    kinds.register_handler("happened", handle)
    event = record_event(ana)
    with pytest.raises(RuntimeError):
        deliver(event.id)
    db.session.rollback()
    assert event.delivered_at is None
    deliver(event.id)
    assert len(tries) == 2
    assert feature.delivered == [(event.id, bruno.id)]


def test_sweep_enqueues_overdue_events(feature, ana):
    old, new, lost = record_event(ana), record_event(ana), record_event(ana)
    old.recorded_at = clock.now() - timedelta(hours=1)
    lost.recorded_at = clock.now() - timedelta(days=30)
    before = count_jobs()
    sweep()
    sweep()
    db.session.commit()
    assert count_jobs() == before + 1
    assert new.delivered_at is None


def test_sweep_skips_delivered_events(feature, ana):
    event = record_event(ana)
    deliver_pending()
    event.recorded_at = clock.now() - timedelta(hours=1)
    before = count_jobs()
    sweep()
    assert count_jobs() == before
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1
