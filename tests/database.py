"""The test database: migrated and seeded once per run, restored between tests."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, QueuePool, create_engine, event, make_url, text

from ideas import jobs
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import cast, restoring

#: A PostgreSQL server; empty for SQLite.
SERVER = os.environ.get("TEST_DATABASE_URL", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
#: Tests need no durability, so commits do not wait for the disk.
OPTIONS = "-c synchronous_commit=off"
#: Idle connections that the portal's pool may keep between two tests.
MAX_IDLE = 3


class Database:
    """A seeded database, and a template of it to restore from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"ideas_test_{WORKER}_{os.getpid()}"
        #: Whether a connection was used since the last reset.
        self.used = True
        #: PostgreSQL process ids of the connections in the portal's pool, which stay open after a reset.
        self._pooled: set[int] = set()
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def url(self) -> str:
        if SERVER:
            address = make_url(SERVER).set(database=self.name).update_query_dict({"options": OPTIONS})
            return address.render_as_string(hide_password=False)
        return f"sqlite:///{self.folder / 'test.db'}"

    def prepare(self, app: Flask) -> None:
        """Create, migrate and seed the database, then store its template."""
        if SERVER:
            self.execute_on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")
        with app.app_context():
            set_mode(Mode.WRITE)
            upgrade()
            jobs.migrate(db.engine)
            cast.seed()
            db.session.remove()
            db.engine.dispose()
        if SERVER:
            restoring.store(self._connect())
            self._disconnect()
            self.execute_on_server(f"DROP DATABASE IF EXISTS {self.name}_template WITH (FORCE)",
                                   f"CREATE DATABASE {self.name}_template TEMPLATE {self.name}")  # fmt: skip
        else:
            shutil.copy(self._checkpointed(), self.folder / "template.db")

    def _checkpointed(self) -> Path:
        """Return the SQLite file, after a checkpoint of its write-ahead log."""
        path = self.folder / "test.db"
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path

    def reset(self) -> None:
        """Restore the seeded rows."""
        self.used = False
        if SERVER:
            restoring.terminate_others(self._connect(), idle=self._pooled)
            if not restoring.restore(self._connect()):
                self._disconnect()
                self.execute_on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
                                       f"CREATE DATABASE {self.name} TEMPLATE {self.name}_template")  # fmt: skip
                db.engine.dispose()
                self._pooled.clear()
            return
        # Replace the file instead of writing to it: a request that still runs keeps the old file open.
        shutil.copy(self.folder / "template.db", self.folder / "next.db")
        for suffix in ("-wal", "-shm"):
            (self.folder / f"test.db{suffix}").unlink(missing_ok=True)
        (self.folder / "next.db").replace(self.folder / "test.db")

    def watch(self, engine: Engine) -> None:
        """Record whether the portal's engine is used, and which connections it opens."""
        event.listen(engine, "checkout", self._record_use)
        if SERVER:
            event.listen(engine, "connect", self._record_connection)

    def _record_use(self, *checkout: object) -> None:
        self.used = True

    def _record_connection(self, connection: Any, *record: object) -> None:
        self._pooled.add(connection.info.backend_pid)

    def release(self, engine: Engine) -> None:
        """Close the portal's connections. A few idle PostgreSQL connections stay open: opening one takes 10 ms."""
        pool = engine.pool
        if SERVER and isinstance(pool, QueuePool) and not pool.checkedout() and pool.checkedin() <= MAX_IDLE:
            return
        engine.dispose()
        self._pooled.clear()

    def drop(self) -> None:
        """Drop the PostgreSQL databases."""
        if SERVER:
            self._disconnect()
            for name in (self.name, f"{self.name}_template"):
                self.execute_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _connect(self) -> psycopg.Connection[Any]:
        """Return the connection that restores rows, outside of the portal's pool. It stays open between tests."""
        if self._connection is None or self._connection.closed:
            address = make_url(SERVER).set(drivername="postgresql", database=self.name)
            self._connection = psycopg.connect(
                address.render_as_string(hide_password=False), autocommit=True, options=restoring.OPTIONS
            )
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def execute_on_server(self, *statements: str) -> None:
        """Execute statements, such as CREATE DATABASE, on the server's default database."""
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
