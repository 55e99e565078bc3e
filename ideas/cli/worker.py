"""`bin/portal worker`: the process that runs jobs, as one named worker that never runs twice.

A worker's name is how it finds its half-done jobs again, so two processes under one name would
take each other's. The name is therefore held by a lock: a second process waits as a stand-by and
takes over when the first is gone.
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
#: Seconds between two looks at the lock, and between two at the job engine.
LOOK = 5
LOOK_AT_ENGINE = 60


@click.command("worker")
@click.option("--name", default=NAME, show_default=True, help="The same at every start; its own on each machine.")
@with_appcontext
def worker(name: str) -> None:
    """Run background jobs until SIGTERM or Ctrl-C."""
    run(current_app._get_current_object(), name)  # type: ignore[attr-defined]  # a proxy's own method


def run(app: Flask, name: str = NAME) -> NoReturn:
    """Be that worker until told to stop, and end the process."""
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
    # A job that didn't end in time holds a thread that Python would wait for. It is resumed at the next start.
    os._exit(code)


def _work(app: Flask, engine: Engine, name: str, stop: Stop) -> int:
    with held(engine, name, stop) as still_held:
        if still_held is None:
            return 0
        with jobs.work(app, name) as works:
            log.info("jobs:worker:started", worker=name)
            return _watch(still_held, works, stop)


def _watch(still_held: Callable[[], bool], works: Callable[[], bool], stop: Stop) -> int:
    """Wait for the end; return 1 if the worker should be restarted."""
    looks = 0
    while not stop.wait(LOOK):
        looks += 1
        if not still_held():
            log.error("jobs:worker:lost_its_name")
            return 1
        if looks % (LOOK_AT_ENGINE // LOOK) == 0 and not works():
            log.error("jobs:worker:stuck")
            return 1
    return 0


@contextmanager
def held(engine: Engine, name: str, stop: Stop) -> Iterator[Callable[[], bool] | None]:
    """Hold the worker's name for the block, waiting for it if need be; None when told to stop first.

    Gives a question: whether it is still held. A lock of the system (SQLite) or of the server
    (PostgreSQL) goes with its process, however that ends.
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
    """Whether the connection lives, and with it the lock."""
    try:
        return bool(connection.scalar(text("SELECT 1")) == 1)
    except DBAPIError:
        return False
