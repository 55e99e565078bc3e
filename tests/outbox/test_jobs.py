"""Jobs are enqueued in the caller's transaction and deleted after their retention."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from ideas import clock, jobs
from ideas.config import Settings
from ideas.db import db
from ideas.outbox.delivery import deliver

ROOT = Path(__file__).parents[2]
TABLE = {"sqlite": "workflow_status", "postgresql": "dbos.workflow_status"}

NAMES = {
    "accounts.forget_sign_ins", "board.recount", "board.settle_all", "board.settle_votes", "companies.forget_batches",
    "companies.forget_requests", "companies.invite_all", "drafts.sweep", "files.sweep", "ideas.import", "jobs.prune",
    "moderation.find_bursts", "notifications.forget_mailed", "notifications.mail_round", "outbox.deliver",
    "outbox.forget_letters", "outbox.mail", "outbox.mail_again", "outbox.sweep", "tickets.close",
}  # fmt: skip


def rows() -> list[tuple[str, str]]:
    table = TABLE[db.engine.dialect.name]
    return [tuple(row) for row in db.session.execute(text(f"SELECT workflow_uuid, name FROM {table} ORDER BY 1"))]


def finished(key: str, status: str, days_ago: int) -> None:
    """Mark a job as finished some days ago."""
    moment = int((clock.now() - timedelta(days=days_ago)).timestamp() * 1000)
    change = (
        f"UPDATE {TABLE[db.engine.dialect.name]} SET status = :status, created_at = :moment WHERE workflow_uuid = :key"
    )
    db.session.execute(text(change), {"status": status, "moment": moment, "key": key})


def test_enqueueing_one_key_twice_makes_one_job():
    jobs.enqueue(db.session, deliver, "event-1", 1)
    jobs.enqueue(db.session, deliver, "event-1", 1)
    db.session.commit()
    assert rows() == [("event-1", "outbox.deliver")]


def test_rollback_removes_the_job():
    jobs.enqueue(db.session, deliver, "event-1", 1)
    db.session.rollback()
    assert rows() == []


def test_enqueueing_a_function_that_is_no_job_raises():
    with pytest.raises(LookupError, match="finished is not a registered job"):
        jobs.enqueue(db.session, finished, "key", "key", "SUCCESS", 1)


def test_two_jobs_cannot_share_a_name(monkeypatch):
    monkeypatch.setattr(jobs, "_declared", dict(jobs._declared))
    jobs.job("outbox.deliver")(finished)
    with pytest.raises(ValueError, match=r"outbox\.deliver"):
        jobs.register(finished)
    with pytest.raises(LookupError, match="finished is not a registered job"):
        jobs.enqueue(db.session, finished, "key", "key", "SUCCESS", 1)


def test_the_registered_jobs_keep_the_names_that_rows_refer_to(app: Flask):
    assert set(jobs.registered()) == NAMES


def test_every_declared_job_is_listed_in_the_wiring(app: Flask):
    declared = re.compile(r'^@(?:jobs\.)?(?:job|scheduled)\(\s*"([a-z_.]+)"', re.MULTILINE)
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "ideas").rglob("*.py"))
    assert {name for source in sources for name in declared.findall(source)} == set(jobs.registered())


def test_failed_jobs_are_stored_longer_than_successful_ones():
    for key, status, days_ago in (
        ("done-long-ago", "SUCCESS", 8),
        ("done-lately", "SUCCESS", 6),
        ("failed-lately", "ERROR", 80),
        ("failed-long-ago", "ERROR", 91),
        ("waiting", "ENQUEUED", 400),
    ):
        jobs.enqueue(db.session, deliver, key, 1)
        finished(key, status, days_ago)
    db.session.commit()
    jobs.prune()
    assert [key for key, _ in rows()] == ["done-lately", "failed-lately", "waiting"]


def test_idle_worker_with_waiting_jobs_is_detected_after_five_checks():
    running = jobs.RunningJobs()
    watchdog = jobs.Watchdog(db.engine, running)
    assert all(watchdog.makes_progress() for _ in range(10))
    jobs.enqueue(db.session, deliver, "event-1", 1)
    db.session.commit()
    assert [watchdog.makes_progress() for _ in range(6)] == [True, True, True, True, True, False]


def test_busy_worker_may_let_jobs_wait():
    running = jobs.RunningJobs()
    running.count = jobs.CONCURRENCY
    watchdog = jobs.Watchdog(db.engine, running)
    jobs.enqueue(db.session, deliver, "event-1", 1)
    db.session.commit()
    assert all(watchdog.makes_progress() for _ in range(10))


def test_web_process_does_not_import_the_engine(app: Flask):
    settings: Settings = app.extensions["settings"]
    environ = os.environ | {"PORTAL_ENV": "test", "INSTANCE_PATH": str(settings.instance_path)}
    command = "import sys, wsgi; sys.exit('dbos' in sys.modules)"
    subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=environ, check=True)


def test_migrating_the_engines_tables_twice_keeps_jobs():
    jobs.enqueue(db.session, deliver, "event-1", 1)
    db.session.commit()
    jobs.migrate(db.engine)
    assert len(rows()) == 1
