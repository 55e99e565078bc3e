"""What a deed tells is written with it, or not at all."""

import pytest
from sqlalchemy import func, select, text

from ideas import clock
from ideas.db import db
from ideas.outbox import kinds
from ideas.outbox.models import Event
from ideas.outbox.recording import record


def jobs_asked_for() -> list[str]:
    table = "dbos.workflow_status" if db.engine.dialect.name == "postgresql" else "workflow_status"
    return list(db.session.scalars(text(f"SELECT workflow_uuid FROM {table} ORDER BY 1")))


def test_an_event_keeps_facts_and_who_did_it(stand, ana):
    event = record("told", thing="idea", thing_id=12, by=ana.id, title="Nota fiscal", number=3)
    db.session.commit()
    assert (event.name, event.thing, event.thing_id, event.by_id) == ("told", "idea", 12, ana.id)
    assert event.data == {"title": "Nota fiscal", "number": 3}
    assert event.recorded_at <= clock.now()


def test_one_job_is_asked_for_in_the_same_transaction(stand, ana):
    event = record("told", thing="idea", thing_id=1, by=ana.id)
    db.session.commit()
    assert jobs_asked_for() == [f"event-{event.id}"]


def test_a_deed_undone_leaves_neither_event_nor_job(stand, ana):
    record("told", thing="idea", thing_id=1, by=ana.id)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    assert jobs_asked_for() == []


def test_what_nobody_hears_asks_for_no_job_and_waits_for_nothing(stand, ana):
    event = record("quiet", thing="vote", thing_id=1, by=ana.id)
    db.session.commit()
    assert event.delivered_at is not None
    assert jobs_asked_for() == []


def test_what_is_only_handled_asks_for_a_job(stand, ana):
    kinds.on("quiet", stand.handle)
    event = record("quiet", thing="vote", thing_id=1, by=ana.id)
    db.session.commit()
    assert jobs_asked_for() == [f"event-{event.id}"]


def test_a_name_nobody_registered_is_refused(stand, ana):
    with pytest.raises(kinds.UnknownKind, match="tolld"):
        record("tolld", thing="idea", thing_id=1, by=ana.id)
