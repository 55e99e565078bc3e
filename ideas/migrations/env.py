"""How Alembic meets the portal's database. One migration at a time, whole or not at all."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text

from ideas import tables
from ideas.modes import Mode, in_mode

#: Any number, the same for all who migrate this database.
LOCK = 7_201_122


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out what others keep in the same database: search shadow tables, the job engine's."""
    return kind != "table" or name in tables.metadata.tables


def drawn(thing: Any, name: str | None, kind: str, reflected: bool, twin: Any) -> bool:
    """The administrator's foreign key closes a circle and is made by hand."""
    return not (kind == "foreign_key_constraint" and name == "fk_company_administrator")


def run() -> None:
    """Migrate over the app's own connection."""
    engine = current_app.extensions["migrate"].db.engine
    with in_mode(Mode.WRITE), engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=tables.metadata,
            include_name=ours,
            include_object=drawn,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                # Two that start at once: the second waits, and finds nothing left to do.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()


run()
