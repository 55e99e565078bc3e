"""A portal on a fresh, migrated database, for what needs no data set."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from ideas import app as portal_app
from ideas import config, jobs
from ideas.db import db
from ideas.modes import Mode, set_mode


@contextmanager
def portal(folder: Path) -> Iterator[Flask]:
    """The portal, on a database of its own of the server that DATABASE_URL names, else on SQLite."""
    server = os.environ.get("DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://")
    name = f"ideas_bench_fresh_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT") if server else None
    database = make_url(server).set(database=name).render_as_string(hide_password=False) if server else ""
    if admin is not None:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    environ = {"PORTAL_ENV": "test", "INSTANCE_PATH": str(folder), "LOG_LEVEL": "error",
               "DATABASE_URL": database or f"sqlite:///{folder / 'portal.db'}"}  # fmt: skip
    app = portal_app.create_app(config.read(environ))
    with app.app_context():
        set_mode(Mode.WRITE)
        upgrade()
        jobs.migrate(db.engine)
    try:
        yield app
    finally:
        if admin is not None:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
