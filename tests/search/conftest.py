"""The tables of one searchable kind, "idea", as the migrations made them; no deed around them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from ideas.db import db


@pytest.fixture
def engine() -> Engine:
    """The test's own database."""
    return db.engine


@pytest.fixture
def database(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction."""
    with engine.connect() as connection:
        yield connection
