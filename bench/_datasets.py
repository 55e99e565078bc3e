"""Data sets that are stored between runs, and the copies that a run may write to.

On SQLite a set is a file under `instance/bench/`; on PostgreSQL a database of the server that
DATABASE_URL names. A stored set is migrated when it is used, or generated again if that fails.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import flask_migrate
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bench import _community
from bench._bulk import Bulk
from ideas import app as portal
from ideas import config
from ideas.cli.serving import bring_up_to_date
from ideas.config import ROOT, Settings
from ideas.db import db
from ideas.modes import Mode, set_mode

KEPT = Path(os.environ.get("BENCH_DATA") or ROOT / "instance" / "bench")
ADDRESS = "https://ideias.example"


def environ(database: str, instance: Path) -> dict[str, str]:
    """The settings of the portal that is measured: production's, behind one proxy."""
    return {
        "PORTAL_ENV": "production",
        "DATABASE_URL": database,
        "INSTANCE_PATH": str(instance),
        "PORTAL_URL": ADDRESS,
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": "made-for-measuring-only-0123456789abcdef",
        "CPF_KEY": "b1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }


@contextmanager
def copy_of(ideas: int, folder: Path) -> Iterator[dict[str, str]]:
    """A copy of the data set of that many ideas, for the block; gives the settings to serve it with."""
    server = os.environ.get("DATABASE_URL", "")
    copied = _on_postgres(server, ideas, folder) if server.startswith("postgres") else _on_sqlite(ideas, folder)
    with copied as made:
        yield made


@contextmanager
def _on_sqlite(ideas: int, folder: Path) -> Iterator[dict[str, str]]:
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{_name(ideas)}.db"
    _bring_up_to_date(f"sqlite:///{kept}", ideas, folder, forget=lambda: kept.unlink(missing_ok=True))
    _fold(kept)
    copy = folder / f"{_name(ideas)}.db"
    shutil.copy(kept, copy)
    yield environ(f"sqlite:///{copy}", folder)


@contextmanager
def _on_postgres(server: str, ideas: int, folder: Path) -> Iterator[dict[str, str]]:
    url = make_url(server.replace("postgres://", "postgresql://").replace("postgresql://", "postgresql+psycopg://"))
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    kept, copy = _name(ideas), f"{_name(ideas)}_{os.getpid()}"

    def do(*statements: str) -> None:
        with admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def forget() -> None:
        do(f"DROP DATABASE IF EXISTS {kept} WITH (FORCE)", f"CREATE DATABASE {kept}")

    def address(name: str) -> str:
        return url.set(database=name).render_as_string(hide_password=False)

    with admin.connect() as connection:
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": kept})
    if not known:
        do(f"CREATE DATABASE {kept}")
    _bring_up_to_date(address(kept), ideas, folder, forget)
    do(f"CREATE DATABASE {copy} TEMPLATE {kept}")
    try:
        yield environ(address(copy), folder)
    finally:
        do(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        admin.dispose()


def _name(ideas: int) -> str:
    return f"ideas_bench_v{_community.VERSION}_{ideas}"


def _bring_up_to_date(database: str, ideas: int, folder: Path, forget: Callable[[], None]) -> None:
    """Migrate the stored set; generate it again if it is incomplete or cannot be migrated."""
    settings = config.read(environ(database, folder))
    app = portal.create_app(settings)
    with app.app_context():
        set_mode(Mode.WRITE)
        if not _whole(settings):
            db.session.remove()
            db.engine.dispose()
            forget()
            bring_up_to_date(settings)
            _community.make(Bulk(db.engine), ideas)
        db.session.remove()
        db.engine.dispose()


def _whole(settings: Settings) -> bool:
    with suppress(SQLAlchemyError, flask_migrate.CommandError, SystemExit):
        bring_up_to_date(settings)
        # The last table that a making fills.
        return bool(db.session.scalar(text("SELECT 1 FROM official_response LIMIT 1")))
    return False


def _fold(path: Path) -> None:
    """The file with its write-ahead log folded in, so that it can be copied alone."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
