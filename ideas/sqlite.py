"""SQLite's settings and its write lock.

The database runs in WAL with synchronous=FULL: NORMAL can lose committed votes on a power cut. A
transaction in `Mode.WRITE` begins with BEGIN IMMEDIATE, because a deferred one that reads first fails
when another process wrote in between. SQLite's own wait for the lock is unfair and can starve a thread
until the timeout, so the threads of a process queue on a lock of ours and processes retry at short,
random intervals.
"""

import random
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

from ideas.modes import Mode, current_mode
from ideas.text import fold

WRITE_LOCK_TIMEOUT_SECONDS = 10
#: How long one attempt to take the write lock waits inside SQLite.
ATTEMPT_TIMEOUT_MS = 5
#: The pause between two attempts.
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.0005, 0.003

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={WRITE_LOCK_TIMEOUT_SECONDS * 1000}",
    "cache_size=-20000",
    "mmap_size=268435456",
)

#: Errors that a later attempt may not meet: a lock, or a file that cannot be used right now.
UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
}

_HOLDS_LOCK = "holds the process's write lock"


def prepare(engine: Engine) -> None:
    """Set the engine's pragmas and begin its transactions explicitly."""
    lock = threading.Lock()

    def begin(connection: Connection) -> None:
        if current_mode() is not Mode.WRITE:
            connection.exec_driver_sql("BEGIN")
            return
        connection.info[_HOLDS_LOCK] = lock.acquire(timeout=WRITE_LOCK_TIMEOUT_SECONDS)
        try:
            _begin_immediate(connection)
        except BaseException:
            release(connection)
            raise

    def release(connection: Connection) -> None:
        if connection.info.pop(_HOLDS_LOCK, False):
            lock.release()

    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", begin)
    event.listen(engine, "rollback", release)
    # This event comes just before the commit: the next writer then waits briefly inside SQLite.
    event.listen(engine, "commit", release)


def is_unavailable(fault: sqlite3.Error) -> bool:
    """Whether the database could not be used, as opposed to a wrong statement."""
    # The low byte is the primary code; the rest gives details.
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in UNAVAILABLE


def _begin_immediate(connection: Connection) -> None:
    """Retry BEGIN IMMEDIATE until the timeout, then raise OperationalError.

    SQLite sleeps longer the longer it has waited, up to 100 ms, which favours the latest process. Short
    attempts give all the same chance.
    """
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + WRITE_LOCK_TIMEOUT_SECONDS
    driver.execute(f"PRAGMA busy_timeout={ATTEMPT_TIMEOUT_MS}")
    try:
        while not _try_begin(driver):
            if time.monotonic() > deadline:
                # The last attempt raises SQLAlchemy's error instead of the driver's.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            time.sleep(random.uniform(MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS))  # noqa: S311 - not a secret
    finally:
        driver.execute(f"PRAGMA busy_timeout={WRITE_LOCK_TIMEOUT_SECONDS * 1000}")


def _try_begin(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _set_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("folded", 1, fold, deterministic=True)
