"""The demo's community, seeded once into a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from ideas import config
from ideas.app import create_app
from ideas.db import db
from ideas.demo import seeding
from ideas.modes import Mode, set_mode
from tests import cast
from tests.database import SERVER, Database


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal that holds the community and nobody else."""
    database = Database(tmp_path_factory.mktemp("demo"))
    database.name += "_demo"
    if SERVER:
        database.execute_on_server(
            f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)", f"CREATE DATABASE {database.name}"
        )
    app = _portal(database.url, database.folder)
    with app.app_context():
        set_mode(Mode.WRITE)
        upgrade()
        seeding.seed()
        db.session.commit()
        db.engine.dispose()
    yield app
    database.drop()


@pytest.fixture
def community(seeded: Flask) -> Iterator[None]:
    """The seeded database, as this test's own."""
    with seeded.app_context():
        set_mode(Mode.WRITE)
        yield
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


def _portal(url: str, folder: Path) -> Flask:
    facts = {"PORTAL_ENV": "test", "DATABASE_URL": url, "INSTANCE_PATH": str(folder), "CPF_KEY": cast.CPF_RING}
    return create_app(config.read(facts | {"SECRET_KEY": "a-secret-for-tests-only-0123456789", "LOG_LEVEL": "error"}))
