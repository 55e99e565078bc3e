"""The durable job engine (DBOS) behind one module: nothing else in the portal knows its name.

A job is asked for in the caller's own transaction and runs if, and only if, that commits. It runs
at least once: killed half-way it starts again from its beginning, so its function must be safe to
run again. Web processes only ask; the worker alone launches the engine. The engine's tables lie in
the portal's database: in the same file on SQLite, in the schema "dbos" on PostgreSQL.

The library is imported where it is used: loading it costs a process a third of a second.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
#: The engine resumes only jobs of its own version. Ours are one step each, run again from the
#: beginning, so their code changes freely under one version.
VERSION = "1"
QUEUE = "jobs"
#: Letters wait in a queue of their own: a slow mail server holds no notice back.
MAIL = "mail"
#: Jobs of the timetable run one at a time, on all workers together: what overruns is waited for.
TIMETABLE = "timetable"
#: Jobs that one worker runs at once, and the seconds between two looks for new ones.
PLACES = 4
MAIL_PLACES = 2
POLL = 0.5
#: How often a job that raises is tried (after 1, 2, 4, 8 seconds) before it is put aside as failed,
#: and how often one that takes its worker down with it is begun again.
TRIES = 5
RECOVERIES = 20
#: Seconds that running jobs get to end when the worker stops; the next start resumes the others.
GRACE = 8

_jobs: dict[str, Work] = {}
_queues: dict[str, str] = {}
_timetable: dict[str, str] = {}


class JobFailed(Exception):
    """A job raised. Names the kind of fault only, since the engine keeps it: a text may hold personal data."""


def job(name: str, *, queue: str = QUEUE) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a function a job. The name is for good: rows of the database refer to it."""

    def register(work: Callable[P, None]) -> Callable[P, None]:
        if name in _jobs:
            raise ValueError(f"two jobs are called {name!r}")
        _jobs[name], _queues[name] = work, queue
        return work

    return register


def scheduled(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a function a job of the timetable; `cron` is read on the clock of São Paulo."""
    _timetable[name] = cron
    return job(name)


def enqueue(
    session: Session | scoped_session[Any], work: Callable[P, None], key: str, *args: P.args, **kwargs: P.kwargs
) -> None:
    """Ask for a job in the caller's transaction. Asking twice with one key makes one run.

    Arguments are kept as JSON: ids and plain facts, never personal data.
    """
    session = session() if isinstance(session, scoped_session) else session
    name = _name_of(work)
    options: EnqueueOptions = {"workflow_name": name, "queue_name": _queues[name], "workflow_id": key}
    _client(session.get_bind().engine).enqueue_in_transaction(session, options, *args, **kwargs)


def _name_of(work: Work) -> str:
    for name, known in _jobs.items():
        if known is work:
            return name
    raise LookupError(f"{work.__qualname__} is no job")


def migrate(engine: Engine) -> None:
    """Make or renew the engine's own tables: part of every deploy, after the portal's migrations."""
    from dbos import DBOS

    DBOS.migrate(engine.url.render_as_string(hide_password=False))


@contextmanager
def work(app: "Flask", slot: str) -> Iterator[Callable[[], bool]]:
    """Run jobs inside the block, as the worker of that name; resume first what it left half-done.

    The name must be held by one process only, and be the same at the next start. Gives a question
    to ask about once a minute: whether the engine still does its work.
    """
    from dbos import DBOS

    with app.app_context():
        engine = _own_engine(db.engine)
    places = Places()
    workflows = {name: _workflow(app, places, name) for name in _jobs}
    DBOS(config=_config(engine, slot))
    try:
        DBOS.launch()
        # A job that names no version goes to the latest one only: after a step back, that is this.
        DBOS.set_latest_application_version(VERSION)
        DBOS.register_queue(QUEUE, worker_concurrency=PLACES, polling_interval_sec=POLL, on_conflict="always_update")
        DBOS.register_queue(
            MAIL, worker_concurrency=MAIL_PLACES, polling_interval_sec=POLL, on_conflict="always_update"
        )
        DBOS.register_queue(TIMETABLE, global_concurrency=1, on_conflict="always_update")
        _set_timetable(workflows)
        yield Watch(engine, places).works
    finally:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE if places.taken else 0)
        engine.dispose()


class Places:
    """How many jobs run in this worker right now."""

    def __init__(self) -> None:
        self.taken = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.taken += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.taken -= 1


class Watch:
    """Sees a worker that lives but no longer works: the same job waits while places stand free."""

    PATIENCE = 5

    def __init__(self, engine: Engine, places: Places) -> None:
        self._client = _client(engine)
        self._places = places
        self._oldest: str | None = None
        self._seen = 0

    def works(self) -> bool:
        """False when the longest-waiting job has been the same one at five looks in a row."""
        waiting = self._client.list_workflows(status="ENQUEUED", queue_name=QUEUE, limit=1, load_input=False)
        oldest = waiting[0].workflow_id if waiting and self._places.taken < PLACES else None
        self._seen = self._seen + 1 if oldest and oldest == self._oldest else 0
        self._oldest = oldest
        return self._seen < self.PATIENCE


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
    """The engine's connections: it begins its transactions in its own way, so it can't share the portal's."""
    if portal.dialect.name != "sqlite":
        return create_engine(portal.url, pool_size=10, max_overflow=0, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(portal.url, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, record: Any) -> None:
    # The driver then begins IMMEDIATE before the first write; reads take no lock.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _config(engine: Engine, slot: str) -> "DBOSConfig":
    from dbos import DBOSPortableJSONSerializer

    # With a handler there, the library adds none of its own and its lines take the portal's form.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    return {
        "name": NAME,
        "system_database_engine": engine,
        "executor_id": slot,
        "application_version": VERSION,
        "run_migrations": False,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        # Nothing here listens for the engine's notifications: look after them once a second.
        "notification_coalesce_sec": 1.0,
    }


def _workflow(app: "Flask", places: Places, name: str) -> Work:
    """A job as the engine knows it: a workflow of one step, which is tried several times."""
    from dbos import DBOS

    @DBOS.step(name=name, retries_allowed=True, max_attempts=TRIES)
    def step(*args: Any) -> None:
        with places:
            _run(app, name, *args)

    @DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)
    def workflow(*args: Any) -> None:
        # The timetable hands over its moment and a context, which its jobs don't take.
        step(*(() if name in _timetable else args))

    return workflow


def _run(app: "Flask", name: str, *args: Any) -> None:
    """One try: an edge, so it opens the app's context, begins for writing and commits."""
    with app.app_context(), in_mode(Mode.WRITE):
        try:
            _jobs[name](*args)
            db.session.commit()
        except Exception as fault:
            log.exception("jobs:job:failed", job=name)
            raise JobFailed(f"{name}: {type(fault).__name__}") from None


def _set_timetable(workflows: dict[str, Work]) -> None:
    from dbos import DBOS

    for gone in {schedule["schedule_name"] for schedule in DBOS.list_schedules()} - set(_timetable):
        DBOS.delete_schedule(gone)
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": workflows[name], "schedule": cron,
             "cron_timezone": clock.SAO_PAULO.key, "queue_name": TIMETABLE}
            for name, cron in _timetable.items()
        ]
    )  # fmt: skip


@scheduled("jobs.prune", "40 3 * * *")
def prune() -> None:
    """Forget what was done: succeeded jobs after a week, failed ones after three months."""
    for status, days in (("SUCCESS", 7), ("ERROR", 90)):
        before = (clock.now() - timedelta(days=days)).isoformat()
        while done := _client(db.engine).list_workflows(
            status=status, end_time=before, limit=500, load_input=False, load_output=False
        ):
            _client(db.engine).delete_workflows([workflow.workflow_id for workflow in done])
