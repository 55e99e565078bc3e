"""The triggers that the migrations leave in the database."""

from flask import Flask
from sqlalchemy import text

from ideas import tables
from ideas.db import db
from tests.conftest import SERVER


def test_the_database_has_every_declared_trigger(app: Flask) -> None:
    if SERVER:
        asked, declared = (
            (
                "SELECT DISTINCT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
            ),
            tables.POSTGRES_TRIGGERS,
        )
    else:
        asked, declared = "SELECT name FROM sqlite_master WHERE type = 'trigger'", tables.TRIGGERS
    assert set(db.session.scalars(text(asked))) == declared
