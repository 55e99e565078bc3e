"""Small writes made by GET requests, such as when a session was used. They may fail without an error page."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import request
from sqlalchemy import Connection, Executable, text
from sqlalchemy.exc import OperationalError

from ideas.db import db, is_unavailable
from ideas.modes import Mode, in_mode

log = structlog.get_logger()

#: How long to wait for another writer before skipping the write.
LOCK_TIMEOUT_MS = 100


def write(statement: Executable) -> None:
    """Run the statement in a transaction of its own; skip it if the database is busy.

    In a request that writes, run it in the request's transaction, which already holds the write lock.
    """
    if request.method not in {"GET", "HEAD"}:
        db.session.execute(statement)
        return
    try:
        with in_mode(Mode.WRITE), db.engine.connect() as connection, _short_lock_timeout(connection):
            connection.execute(statement)
            connection.commit()
    except OperationalError as fault:
        if not is_unavailable(fault):
            raise
        log.info("portal:database:best_effort_skipped", fault=type(fault.orig).__name__)


@contextmanager
def _short_lock_timeout(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    default = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_MS}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={default}")
