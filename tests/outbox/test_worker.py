"""The real worker as a separate process on the test's database (cases E01, E02, E03, H12)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Executable, func, insert, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.config import Settings
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.notifications.models import Notification
from ideas.outbox import kinds, mailing
from ideas.outbox.models import Delivery, Event, QueuedEmail
from ideas.outbox.recording import record
from tests.outbox import worker_app

ROOT = Path(__file__).parents[2]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Return a function that starts a worker: `start_worker(LAG="0.1")`. Workers are killed at the end."""
    for registry in ("KINDS", "CHANNELS", "HANDLERS", "EMAILS"):
        monkeypatch.setattr(kinds, registry, {})
    worker_app.register()
    settings: Settings = app.extensions["settings"]
    given = ("portal_env", "instance_path", "database_url", "secret_key", "cpf_key")
    environ = os.environ | {name.upper(): str(getattr(settings, name)) for name in given}
    started = []

    def start(**more: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tests.outbox.worker_app", "worker"],
            cwd=ROOT, env=environ | {"LOG_LEVEL": "warning"} | more, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.communicate()


def announce(by: Person, kind: str = "announced") -> int:
    """Record and commit an event; leave the session in a mode that takes no lock."""
    set_mode(Mode.WRITE)
    event_id = record(kind, thing="town", thing_id=None, by=by.id).id
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return event_id


def add_people(size: int) -> None:
    """Add people to the database."""
    set_mode(Mode.WRITE)
    now = clock.now()
    rows = [{"name": f"Pessoa {n}", "time_zone": "America/Sao_Paulo", "created_at": now} for n in range(size)]
    db.session.execute(insert(Person), rows)
    db.session.commit()


def scalar(query: Executable) -> int | None:
    """Run the query on a new connection, which sees what other processes committed."""
    with db.engine.connect() as connection:
        return connection.scalar(query)


def wait_for(query: Executable, seconds: float = 90) -> None:
    """Wait until the query returns a truthy value."""
    end = time.monotonic() + seconds
    while not scalar(query):
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


def is_delivered(event_id: int) -> Executable:
    return select(Event.id).where(Event.id == event_id, Event.delivered_at.is_not(None))


def notification_count(event_id: int) -> int | None:
    return scalar(select(func.count()).select_from(Notification).where(Notification.event_id == event_id))


def people() -> int:
    return scalar(select(func.count()).select_from(Person)) or 0


def test_e01_worker_notifies_everyone_and_stops_on_sigterm(start_worker: Start, ana: Person):
    worker = start_worker()
    event_id = announce(ana)
    wait_for(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0


@pytest.mark.slow
def test_e01_worker_killed_during_delivery_loses_and_repeats_nothing(start_worker: Start, ana: Person):
    add_people(600)
    event_id = announce(ana)
    # Kill it twenty times, after 4 to 80 percent of the deliveries.
    for share in (step / 25 for step in range(1, 21)):
        worker = start_worker(BATCH_SIZE="10", LAG="0.05")
        wait_for(
            select(Event.id).where(select(func.count()).select_from(Delivery).scalar_subquery() > share * people())
        )
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert (notification_count(event_id) or 0) < people() - 1, (
            "it was killed after the last delivery, which proves nothing"
        )
    start_worker(BATCH_SIZE="10")
    wait_for(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1
    assert scalar(select(func.count(Notification.person_id.distinct()))) == people() - 1


@pytest.mark.slow
def test_e01_worker_killed_at_any_commit_loses_and_repeats_nothing(start_worker: Start, ana: Person):
    """Kill it before and after each commit, from the first one to that of the first email sent."""
    for moment in range(1, 21):
        event_id = announce(ana, "emailed")
        worker = start_worker(BATCH_SIZE="5", DIES_AT=str(moment))
        assert worker.wait(timeout=90) == -signal.SIGKILL
        emails = select(func.count()).select_from(QueuedEmail).where(QueuedEmail.event_id == event_id)
        worker = start_worker()
        wait_for(is_delivered(event_id))
        assert (notification_count(event_id), scalar(emails)) == (people() - 1, people())
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    sent = select(func.count()).select_from(QueuedEmail).where(QueuedEmail.sent_at.is_not(None))
    set_mode(Mode.WRITE)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        mailing.send_due()
    assert scalar(sent) == 20 * people()
    assert scalar(select(func.count()).select_from(Notification)) == 20 * (people() - 1)


@pytest.mark.slow
def test_failing_job_is_retried_without_notifying_twice(start_worker: Start, ana: Person):
    start_worker(BATCH_SIZE="4", ERRORS="2")
    event_id = announce(ana)
    wait_for(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1


@pytest.mark.slow
def test_h12_second_worker_of_one_name_waits_and_takes_over(start_worker: Start, ana: Person):
    first = start_worker()
    wait_for(is_delivered(announce(ana)))
    second = start_worker()
    assert second.stderr is not None
    assert "standing_by" in second.stderr.readline()
    first.kill()
    first.wait()
    wait_for(is_delivered(announce(ana)))


@pytest.mark.slow
def test_e03_a_hundred_thousand_people_are_notified(start_worker: Start, ana: Person):
    start_worker()
    wait_for(is_delivered(announce(ana)))
    add_people(100_000)
    event_id = announce(ana)
    wait_for(is_delivered(event_id), seconds=600)
    assert notification_count(event_id) == people() - 1
