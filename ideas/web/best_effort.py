"""The little that a reading page writes: when a session was used, a notice or an idea seen."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import request
from sqlalchemy import Connection, Executable, text
from sqlalchemy.exc import OperationalError

from ideas.db import db, is_unavailable
from ideas.modes import Mode, in_mode

log = structlog.get_logger()

#: Milliseconds to wait for another writer; then the page goes on, and the next one tries again.
PATIENCE = 100


def write(statement: Executable) -> None:
    """Run the statement in a transaction of its own, giving up soon: it never holds a page back.

    In a request that writes anyway it joins that request's transaction, which has the writer's place.
    """
    if request.method not in {"GET", "HEAD"}:
        db.session.execute(statement)
        return
    try:
        with in_mode(Mode.WRITE), db.engine.connect() as connection, _hurried(connection):
            connection.execute(statement)
            connection.commit()
    except OperationalError as fault:
        if not is_unavailable(fault):
            raise
        log.info("portal:database:busy_aside", fault=type(fault.orig).__name__)


@contextmanager
def _hurried(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE}"))
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    usual = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={usual}")
