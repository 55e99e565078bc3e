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
from ideas.db import begin_for_writing, db
from ideas.notifications.models import Notification
from ideas.outbox.models import Event
from ideas.outbox.recording import record
from tests.outbox import town

ROOT = Path(__file__).parents[1]
PEOPLE = 400
#: Seconds a worker lives at most: from the middle of its own start to several events told.
LIFE = 6

chance = random.Random()  # noqa: S311 - moments, not secrets
_pairs = select(Notification.event_id, Notification.person_id).distinct()


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
            "PEOPLE_AT_ONCE": "20", "LAG": "0.02",
        }  # fmt: skip
        app = portal.create_app(config.read(environ))
        with app.app_context():
            answer = _try(app, environ, given.kills)
    print(json.dumps(answer))
    return 1 if answer["lost"] or answer["doubled"] else 0


def _try(app: Flask, environ: dict[str, str], kills: int) -> dict[str, object]:
    begin_for_writing(True)
    _prepare()
    events = sum(_kill_one(environ, told_by=1) for _ in range(kills))
    worker = _start(environ)
    while _waiting():
        time.sleep(0.2)
    worker.kill()
    worker.wait()
    rows = _count(select(func.count()).select_from(Notification))
    pairs = _count(select(func.count()).select_from(_pairs.subquery()))
    expected = events * (PEOPLE - 1)
    return {
        "database": db.engine.dialect.name, "kills": kills, "events": events, "notices": rows,
        "lost": expected - pairs, "doubled": rows - pairs,
    }  # fmt: skip


def _prepare() -> None:
    upgrade()
    jobs.migrate(db.engine)
    town.gather()
    people = [{"name": f"Pessoa {n}", "time_zone": "UTC", "created_at": clock.now()} for n in range(PEOPLE)]
    db.session.execute(insert(Person), people)
    db.session.commit()


def _kill_one(environ: dict[str, str], told_by: int) -> int:
    """Start a worker, tell things while it lives, kill it at some moment; how many things were told."""
    worker = _start(environ)
    end = time.monotonic() + chance.uniform(1, LIFE)
    told = 0
    while time.monotonic() < end:
        begin_for_writing(True)
        record("cried", thing="town", thing_id=None, by=told_by)
        db.session.commit()
        told += 1
        time.sleep(chance.uniform(0.2, 1))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    return told


def _start(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "tests.outbox.town", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)


def _waiting() -> int:
    return _count(select(func.count()).select_from(Event).where(Event.delivered_at.is_(None)))


def _count(question: object) -> int:
    begin_for_writing(False)
    with db.engine.connect() as connection:
        return int(connection.scalar(question))  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
