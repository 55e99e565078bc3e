"""Events are recorded in the transaction of the operation."""

import pytest
from sqlalchemy import func, select, text

from ideas import clock
from ideas.db import db
from ideas.outbox import kinds
from ideas.outbox.models import Event
from ideas.outbox.recording import record


def job_keys() -> list[str]:
    table = "dbos.workflow_status" if db.engine.dialect.name == "postgresql" else "workflow_status"
    return list(db.session.scalars(text(f"SELECT workflow_uuid FROM {table} ORDER BY 1")))


def test_event_stores_its_data_and_actor(feature, ana):
    event = record("happened", thing="idea", thing_id=12, by=ana.id, title="Nota fiscal", number=3)
    db.session.commit()
    assert (event.name, event.thing, event.thing_id, event.by_id) == ("happened", "idea", 12, ana.id)
    assert event.data == {"title": "Nota fiscal", "number": 3}
    assert event.recorded_at <= clock.now()


def test_recording_enqueues_one_job(feature, ana):
    event = record("happened", thing="idea", thing_id=1, by=ana.id)
    db.session.commit()
    assert job_keys() == [f"event-{event.id}"]


def test_rollback_removes_event_and_job(feature, ana):
    record("happened", thing="idea", thing_id=1, by=ana.id)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    assert job_keys() == []


def test_event_without_recipients_needs_no_job(feature, ana):
    event = record("unheard", thing="vote", thing_id=1, by=ana.id)
    db.session.commit()
    assert event.delivered_at is not None
    assert job_keys() == []


def test_event_with_only_a_handler_enqueues_a_job(feature, ana):
    kinds.register_handler("unheard", feature.handle)
    event = record("unheard", thing="vote", thing_id=1, by=ana.id)
    db.session.commit()
    assert job_keys() == [f"event-{event.id}"]


def test_unregistered_name_raises(feature, ana):
    with pytest.raises(kinds.UnknownKind, match="happend"):
        record("happend", thing="idea", thing_id=1, by=ana.id)
