"""The real worker, a process of its own on the test's database (cases E01, E02, E03, H12)."""

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
from ideas.outbox.models import Delivery, Event, Letter
from ideas.outbox.recording import record
from tests.outbox import scenery

ROOT = Path(__file__).parents[2]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """`start_worker(LAG="0.1")` starts one; whatever still runs at the end is killed."""
    for registry in ("KINDS", "CHANNELS", "HANDLERS", "LETTERS"):
        monkeypatch.setattr(kinds, registry, {})
    scenery.gather()
    settings: Settings = app.extensions["settings"]
    given = ("portal_env", "instance_path", "database_url", "secret_key", "cpf_key")
    environ = os.environ | {name.upper(): str(getattr(settings, name)) for name in given}
    started = []

    def start(**more: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tests.outbox.scenery", "worker"],
            cwd=ROOT, env=environ | {"LOG_LEVEL": "warning"} | more, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.communicate()


def cried(by: Person, kind: str = "cried") -> int:
    """An event told by that person, committed; looking at it afterwards takes no lock."""
    set_mode(Mode.WRITE)
    event_id = record(kind, thing="town", thing_id=None, by=by.id).id
    db.session.commit()
    set_mode(Mode.TRANSACTION)
    return event_id


def crowd(size: int) -> None:
    """That many more people in town."""
    set_mode(Mode.WRITE)
    now = clock.now()
    rows = [{"name": f"Pessoa {n}", "time_zone": "America/Sao_Paulo", "created_at": now} for n in range(size)]
    db.session.execute(insert(Person), rows)
    db.session.commit()


def seen(question: Executable) -> int | None:
    """An answer of the database as it is now."""
    with db.engine.connect() as connection:
        return connection.scalar(question)


def until(question: Executable, seconds: float = 90) -> None:
    """Wait until the database answers something."""
    end = time.monotonic() + seconds
    while not seen(question):
        assert time.monotonic() < end, "it didn't happen in time"
        time.sleep(0.05)


def is_delivered(event_id: int) -> Executable:
    return select(Event.id).where(Event.id == event_id, Event.delivered_at.is_not(None))


def notification_count(event_id: int) -> int | None:
    return seen(select(func.count()).select_from(Notification).where(Notification.event_id == event_id))


def people() -> int:
    return seen(select(func.count()).select_from(Person)) or 0


def test_e01_the_worker_tells_everyone_and_stops_when_asked(start_worker: Start, ana: Person):
    worker = start_worker()
    event_id = cried(ana)
    until(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0


@pytest.mark.slow
def test_e01_a_worker_killed_in_the_middle_loses_and_repeats_nothing(start_worker: Start, ana: Person):
    crowd(600)
    event_id = cried(ana)
    # Twenty times on the way, from the first tenths of a second to shortly before its end.
    for share in (place / 25 for place in range(1, 21)):
        worker = start_worker(PEOPLE_AT_ONCE="10", LAG="0.05")
        until(select(Event.id).where(select(func.count()).select_from(Delivery).scalar_subquery() > share * people()))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert (notification_count(event_id) or 0) < people() - 1, "it was killed too late to prove anything"
    start_worker(PEOPLE_AT_ONCE="10")
    until(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1
    assert seen(select(func.count(Notification.person_id.distinct()))) == people() - 1


@pytest.mark.slow
def test_e01_a_worker_killed_at_each_of_its_steps_loses_and_repeats_nothing(start_worker: Start, ana: Person):
    """Twenty events, twenty moments to die at: around every commit, from the first to that of the first letter sent."""
    for moment in range(1, 21):
        event_id = cried(ana, "posted")
        worker = start_worker(PEOPLE_AT_ONCE="5", DIES_AT=str(moment))
        assert worker.wait(timeout=90) == -signal.SIGKILL
        letters = select(func.count()).select_from(Letter).where(Letter.event_id == event_id)
        worker = start_worker()
        until(is_delivered(event_id))
        assert (notification_count(event_id), seen(letters)) == (people() - 1, people())
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    sent = select(func.count()).select_from(Letter).where(Letter.sent_at.is_not(None))
    set_mode(Mode.WRITE)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        mailing.send_due()
    assert seen(sent) == 20 * people()
    assert seen(select(func.count()).select_from(Notification)) == 20 * (people() - 1)


@pytest.mark.slow
def test_a_job_that_fails_is_tried_again_and_nobody_hears_twice(start_worker: Start, ana: Person):
    start_worker(PEOPLE_AT_ONCE="4", FAULTS="2")
    event_id = cried(ana)
    until(is_delivered(event_id))
    assert notification_count(event_id) == people() - 1


@pytest.mark.slow
def test_h12_a_second_worker_of_one_name_waits_and_takes_over(start_worker: Start, ana: Person):
    first = start_worker()
    until(is_delivered(cried(ana)))
    second = start_worker()
    assert second.stderr is not None
    assert "standing_by" in second.stderr.readline()
    first.kill()
    first.wait()
    until(is_delivered(cried(ana)))


@pytest.mark.slow
def test_e03_a_hundred_thousand_are_told(start_worker: Start, ana: Person):
    start_worker()
    until(is_delivered(cried(ana)))
    crowd(100_000)
    event_id = cried(ana)
    until(is_delivered(event_id), seconds=600)
    assert notification_count(event_id) == people() - 1
