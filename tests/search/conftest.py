"""The search tables of the kind "idea", as the migrations create them, without the operations around them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from ideas.db import db


@pytest.fixture
def engine() -> Engine:
    """The test's own connection."""
    return db.engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction."""
    with engine.connect() as connection:
        yield connection
