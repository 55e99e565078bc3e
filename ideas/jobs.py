"""Background jobs, behind one module: nothing else in the portal imports the durable job engine (DBOS).

A job is enqueued in the caller's transaction and runs if, and only if, that commits. It runs at least
once: a job killed half-way starts again from its beginning, so it must be idempotent. Web processes only
enqueue; the worker alone starts the engine. The engine's tables live in the portal's database: in the same
file on SQLite, in the schema "dbos" on PostgreSQL. `wiring/jobs.py` lists every job.

The library is imported where it is used: loading it takes a third of a second.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ParamSpec

import structlog
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, scoped_session

from ideas import clock
from ideas.db import db
from ideas.modes import Mode, in_mode

if TYPE_CHECKING:
    from dbos import DBOSClient, DBOSConfig, EnqueueOptions
    from flask import Flask

log = structlog.get_logger(__name__)

P = ParamSpec("P")
Work = Callable[..., None]

NAME = "ideas"
#: The engine resumes only jobs of its own version. Ours have one step each and start from the beginning,
#: so their code may change under the same version.
VERSION = "1"
QUEUE = "jobs"
#: Emails have a queue of their own, so that a slow mail server delays no notification.
MAIL = "mail"
#: Scheduled jobs run one at a time across all workers; an overrun delays the next.
TIMETABLE = "timetable"
#: Jobs that one worker runs at the same time.
CONCURRENCY = 4
MAIL_CONCURRENCY = 2
#: The interval between two polls for new jobs.
POLL_SECONDS = 0.5
#: How often a job that raises is attempted (with pauses of 1, 2, 4 and 8 seconds) before it counts as failed.
ATTEMPTS = 5
#: How often a job is resumed whose worker died with it.
RECOVERY_ATTEMPTS = 20
#: How long running jobs may take to finish when the worker stops; the next start resumes the rest.
SHUTDOWN_SECONDS = 8


class JobFailed(Exception):
    """A job raised. Holds only the error's type: the engine stores it, and a message may contain personal data."""


@dataclass(frozen=True)
class Job:
    """A function that runs in the background. Rows of the database refer to its name, which never changes."""

    name: str
    work: Work
    queue: str = QUEUE
    #: When a scheduled job runs, on São Paulo's clock.
    cron: str | None = None


_declared: dict[Work, Job] = {}
_jobs: dict[str, Job] = {}


def job(name: str, *, queue: str = QUEUE) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Declare the function a job of this permanent name."""

    def declare(work: Callable[P, None]) -> Callable[P, None]:
        _declared[work] = Job(name, work, queue)
        return work

    return declare


def scheduled(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare the function a job that runs by the timetable; `cron` is read on São Paulo's clock."""

    def declare(work: Callable[[], None]) -> Callable[[], None]:
        _declared[work] = Job(name, work, cron=cron)
        return work

    return declare


def register(*works: Work) -> None:
    """Let the worker run these declared functions. Called by wiring/jobs.py; idempotent."""
    for work in works:
        job = _declared[work]
        if _jobs.setdefault(job.name, job) != job:
            raise ValueError(f"two jobs are called {job.name!r}")


def registered() -> Mapping[str, Job]:
    """The registered jobs by name."""
    return _jobs


def enqueue(
    session: Session | scoped_session[Any], work: Callable[P, None], key: str, *args: P.args, **kwargs: P.kwargs
) -> None:
    """Enqueue a job in the caller's transaction. The same key makes one run, however often it is enqueued.

    Arguments are stored as JSON: ids and plain facts, never personal data.
    """
    session = session() if isinstance(session, scoped_session) else session
    job = _job_of(work)
    options: EnqueueOptions = {"workflow_name": job.name, "queue_name": job.queue, "workflow_id": key}
    _client(session.get_bind().engine).enqueue_in_transaction(session, options, *args, **kwargs)


def _job_of(work: Work) -> Job:
    job = _declared.get(work)
    if job is None or _jobs.get(job.name) is not job:
        raise LookupError(f"{work.__qualname__} is not a registered job")
    return job


def migrate(engine: Engine) -> None:
    """Create or upgrade the engine's tables: part of every deploy, after the portal's migrations."""
    from dbos import DBOS

    DBOS.migrate(engine.url.render_as_string(hide_password=False))


@contextmanager
def work(app: "Flask", slot: str) -> Iterator[Callable[[], bool]]:
    """Run jobs inside the block as the worker of this name, resuming first the jobs it left unfinished.

    Only one process may use a name, and the next start must use the same. Yields a function to call about
    once a minute: whether the engine still makes progress.
    """
    from dbos import DBOS

    with app.app_context():
        engine = _own_engine(db.engine)
    running = RunningJobs()
    workflows = {job.name: _workflow(app, running, job) for job in _jobs.values()}
    DBOS(config=_config(engine, slot))
    try:
        DBOS.launch()
        # Jobs without a version go to the latest one only: after a downgrade, that is this one.
        DBOS.set_latest_application_version(VERSION)
        for queue, concurrency in ((QUEUE, CONCURRENCY), (MAIL, MAIL_CONCURRENCY)):
            DBOS.register_queue(
                queue,
                worker_concurrency=concurrency,
                polling_interval_sec=POLL_SECONDS,
                on_conflict="always_update",
            )
        DBOS.register_queue(TIMETABLE, global_concurrency=1, on_conflict="always_update")
        _set_timetable(workflows)
        yield Watchdog(engine, running).makes_progress
    finally:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=SHUTDOWN_SECONDS if running.count else 0)
        engine.dispose()


class RunningJobs:
    """Counts the jobs that this worker runs at the moment."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.count -= 1


class Watchdog:
    """Detects a stalled engine: the same job waits although the worker could run it."""

    MAX_CHECKS = 5

    def __init__(self, engine: Engine, running: RunningJobs) -> None:
        self._client = _client(engine)
        self._running = running
        self._oldest: str | None = None
        self._seen = 0

    def makes_progress(self) -> bool:
        """False when the oldest waiting job is the same at five checks in a row."""
        waiting = self._client.list_workflows(status="ENQUEUED", queue_name=QUEUE, limit=1, load_input=False)
        oldest = waiting[0].workflow_id if waiting and self._running.count < CONCURRENCY else None
        self._seen = self._seen + 1 if oldest and oldest == self._oldest else 0
        self._oldest = oldest
        return self._seen < self.MAX_CHECKS


@lru_cache(maxsize=4)
def _client(engine: Engine) -> "DBOSClient":
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    return DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=NAME,
        lazy=True,
    )


def _own_engine(portal: Engine) -> Engine:
    """A separate SQLAlchemy engine, since the job engine begins its transactions in its own way."""
    if portal.dialect.name != "sqlite":
        return create_engine(portal.url, pool_size=10, max_overflow=0, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(portal.url, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, record: Any) -> None:
    # The driver then sends BEGIN IMMEDIATE before the first write; reads take no lock.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _config(engine: Engine, slot: str) -> "DBOSConfig":
    from dbos import DBOSPortableJSONSerializer

    # With a handler present, the library adds none of its own and its lines get the portal's format.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    return {
        "name": NAME,
        "system_database_engine": engine,
        "executor_id": slot,
        "application_version": VERSION,
        "run_migrations": False,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        # Nothing here uses the engine's notifications, so it may check for them once a second.
        "notification_coalesce_sec": 1.0,
    }


def _workflow(app: "Flask", running: RunningJobs, job: Job) -> Work:
    """The job as the engine knows it: a workflow of one step with several attempts."""
    from dbos import DBOS

    @DBOS.step(name=job.name, retries_allowed=True, max_attempts=ATTEMPTS)
    def step(*args: Any) -> None:
        with running:
            _run(app, job, *args)

    @DBOS.workflow(name=job.name, max_recovery_attempts=RECOVERY_ATTEMPTS)
    def workflow(*args: Any) -> None:
        # The engine passes its time and a context to scheduled jobs, which take no arguments.
        step(*(() if job.cron else args))

    return workflow


def _run(app: "Flask", job: Job, *args: Any) -> None:
    """One attempt. It opens the app's context, sets the mode and commits, as every edge does."""
    with app.app_context(), in_mode(Mode.WRITE):
        try:
            job.work(*args)
            db.session.commit()
        except Exception as fault:
            log.exception("jobs:job:failed", job=job.name)
            raise JobFailed(f"{job.name}: {type(fault).__name__}") from None


def _set_timetable(workflows: dict[str, Work]) -> None:
    from dbos import DBOS

    timetable = {job.name: job.cron for job in _jobs.values() if job.cron}
    for gone in {schedule["schedule_name"] for schedule in DBOS.list_schedules()} - set(timetable):
        DBOS.delete_schedule(gone)
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": workflows[name], "schedule": cron,
             "cron_timezone": clock.SAO_PAULO.key, "queue_name": TIMETABLE}
            for name, cron in timetable.items()
        ]
    )  # fmt: skip


@scheduled("jobs.prune", "40 3 * * *")
def prune() -> None:
    """Delete finished jobs: succeeded ones after a week, failed ones after three months."""
    for status, days in (("SUCCESS", 7), ("ERROR", 90)):
        before = (clock.now() - timedelta(days=days)).isoformat()
        while done := _client(db.engine).list_workflows(
            status=status, end_time=before, limit=500, load_input=False, load_output=False
        ):
            _client(db.engine).delete_workflows([workflow.workflow_id for workflow in done])
