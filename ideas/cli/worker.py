"""`bin/portal worker`: run background jobs as a named worker that runs only once.

A worker resumes its interrupted jobs by its name, so two processes with one name would run each other's jobs. A lock
on the name prevents that: a second process stands by and takes over when the first exits.
"""

import fcntl
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from zlib import crc32

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ideas import jobs
from ideas.cli.shutdown import Stop
from ideas.db import db

log = structlog.get_logger(__name__)

NAME = "worker-1"
#: Seconds between two checks of the lock, and of the job engine.
LOCK_CHECK_SECONDS = 5
ENGINE_CHECK_SECONDS = 60


@click.command("worker")
@click.option(
    "--name", default=NAME, show_default=True, help="Keep it the same at every start, and different on each machine."
)
@with_appcontext
def worker(name: str) -> None:
    """Run background jobs until SIGTERM or Ctrl-C."""
    run(current_app._get_current_object(), name)  # type: ignore[attr-defined]  # a proxy's own method


def run(app: Flask, name: str = NAME) -> NoReturn:
    """Run as that worker until a stop signal, then exit the process."""
    stop = Stop().listen()
    try:
        with app.app_context():
            code = _work(app, db.engine, name, stop)
    except Exception:
        log.exception("jobs:worker:failed", worker=name)
        code = 1
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # A job that did not finish in time holds a thread that Python would wait for. The next start resumes the job.
    os._exit(code)


def _work(app: Flask, engine: Engine, name: str, stop: Stop) -> int:
    with hold_name(engine, name, stop) as still_held:
        if still_held is None:
            return 0
        with jobs.work(app, name) as works:
            log.info("jobs:worker:started", worker=name)
            return _watch(still_held, works, stop)


def _watch(still_held: Callable[[], bool], works: Callable[[], bool], stop: Stop) -> int:
    """Wait for a stop signal; return 1 if the worker should be restarted."""
    checks = 0
    while not stop.wait(LOCK_CHECK_SECONDS):
        checks += 1
        if not still_held():
            log.error("jobs:worker:lost_its_name")
            return 1
        if checks % (ENGINE_CHECK_SECONDS // LOCK_CHECK_SECONDS) == 0 and not works():
            log.error("jobs:worker:stuck")
            return 1
    return 0


@contextmanager
def hold_name(engine: Engine, name: str, stop: Stop) -> Iterator[Callable[[], bool] | None]:
    """Hold the lock on the worker's name for the block, waiting for it if needed; yield None on a stop signal.

    Yields a function that returns whether the lock is still held. The operating system (SQLite) or the server
    (PostgreSQL) releases it when the process exits, in whatever way.
    """
    with (_file_lock if engine.dialect.name == "sqlite" else _server_lock)(engine, name) as (take, still_held):
        waited = False
        while not take():
            if not waited:
                log.warning("jobs:worker:standing_by", worker=name)
            waited = True
            if stop.wait(1):
                yield None
                return
        yield still_held


Lock = tuple[Callable[[], bool], Callable[[], bool]]


@contextmanager
def _file_lock(engine: Engine, name: str) -> Iterator[Lock]:
    with open(f"{engine.url.database}.{name}.lock", "w", encoding="ascii") as file:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield take, lambda: True


@contextmanager
def _server_lock(engine: Engine, name: str) -> Iterator[Lock]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"key": crc32(f"{jobs.NAME} {name}".encode())}
        yield (
            lambda: bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key)),
            lambda: _answers(connection),
        )


def _answers(connection: Connection) -> bool:
    """Return whether the connection, and so the lock, is alive."""
    try:
        return bool(connection.scalar(text("SELECT 1")) == 1)
    except DBAPIError:
        return False
