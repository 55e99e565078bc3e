"""SQL that features share: upserts, keyset conditions, and rows that a form created before."""

from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, and_, select
from sqlalchemy.dialects import postgresql, sqlite

from ideas.db import Base, db

Model = TypeVar("Model", bound=Base)


def upsert(model: type[Base]) -> sqlite.Insert:
    """Return an INSERT for the engine in use that takes ON CONFLICT. Both engines give it the same methods."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    return cast(sqlite.Insert, insert(cast(Table, model.__table__)))


def after(
    value: Any, id: Any, cursor: tuple[Any, Any], *, ascending: bool = False
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two ranges of an ordering by (value, id) that follow a cursor; join them with OR or UNION.

    The first holds the same value with ids further on, the second the values further on. SQLite would
    look up `(value, id) < (?, ?)` in an index by the value alone.
    """
    if ascending:
        return and_(value == cursor[0], id > cursor[1]), value > cursor[0]
    return and_(value == cursor[0], id < cursor[1]), value < cursor[0]


def sent_before(model: type[Model], client_token: str | None, mine: ColumnElement[bool]) -> Model | None:
    """Return the row that this form created when it was sent before; `mine` says that the same person sent it."""
    if client_token is None:
        return None
    return db.session.scalar(select(model).filter_by(client_token=client_token).where(mine))
