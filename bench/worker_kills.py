"""Kill the worker again and again while events are told: how many are lost, how many told twice?

    python -m bench.worker_kills --kills 200 [--database postgresql://…/an_empty_database]

Prints one line of JSON; the exit code is 1 if anything was lost or told twice in the portal: both must be 0.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from ideas import app as portal
from ideas import clock, config, jobs
from ideas.accounts.models import Person
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.notifications.models import Notification
from ideas.outbox.models import Delivery, Event
from ideas.outbox.recording import record
from tests.outbox import worker_app

ROOT = Path(__file__).parents[1]
PEOPLE = 400
#: Seconds a worker lives at most, once it has begun to tell.
LIFE = 2

chance = random.Random()  # noqa: S311 - moments, not secrets
_pairs = select(Notification.event_id, Notification.person_id).distinct()
_deliveries = select(func.count()).select_from(Delivery)
_half_told = select(func.count()).select_from(
    select(Delivery.event_id).group_by(Delivery.event_id).having(func.count() < PEOPLE - 1).subquery()
)


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    chance.seed(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "PORTAL_ENV": "test", "INSTANCE_PATH": folder, "DATABASE_URL": given.database, "LOG_LEVEL": "error",
            "BATCH_SIZE": "20", "LAG": "0.02",
        }  # fmt: skip
        app = portal.create_app(config.read(environ))
        with app.app_context():
            answer = _try(app, environ, given.kills)
    print(json.dumps(answer))
    return 1 if answer["lost"] or answer["doubled"] else 0


def _try(app: Flask, environ: dict[str, str], kills: int) -> dict[str, object]:
    set_mode(Mode.WRITE)
    _prepare()
    told, halves = zip(*(_kill_one(environ, told_by=1) for _ in range(kills)), strict=True)
    worker = _start(environ)
    while _waiting():
        time.sleep(0.2)
    worker.kill()
    worker.wait()
    rows = _count(select(func.count()).select_from(Notification))
    pairs = _count(select(func.count()).select_from(_pairs.subquery()))
    expected = sum(told) * (PEOPLE - 1)
    return {
        "database": db.engine.dialect.name, "kills": kills, "in_the_middle": sum(map(bool, halves)),
        "events": sum(told), "notices": rows,
        "lost": expected - pairs, "doubled": rows - pairs,
    }  # fmt: skip


def _prepare() -> None:
    upgrade()
    jobs.migrate(db.engine)
    worker_app.register()
    people = [{"name": f"Pessoa {n}", "time_zone": "UTC", "created_at": clock.now()} for n in range(PEOPLE)]
    db.session.execute(insert(Person), people)
    db.session.commit()


def _kill_one(environ: dict[str, str], told_by: int) -> tuple[int, int]:
    """Tell some things, let a worker begin, kill it at some moment.

    How many things were told, and how many were left half told (a kill in between would prove nothing).
    """
    told = chance.randint(1, 4)
    set_mode(Mode.WRITE)
    for _ in range(told):
        record("announced", thing="town", thing_id=None, by=told_by)
    db.session.commit()
    before = _count(_deliveries)
    worker = _start(environ)
    while _count(_deliveries) == before:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, LIFE))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    return told, _count(_half_told)


def _start(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "tests.outbox.worker_app", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)


def _waiting() -> int:
    return _count(select(func.count()).select_from(Event).where(Event.delivered_at.is_(None)))


def _count(question: object) -> int:
    set_mode(Mode.TRANSACTION)
    with db.engine.connect() as connection:
        return int(connection.scalar(question))  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
