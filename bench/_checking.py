"""What must hold after any load: counters equal their rows, nothing half written. Inside an app's context."""

from sqlalchemy import text

from ideas.board.voting import recounting
from ideas.db import db
from ideas.modes import Mode, set_mode


def drift() -> int:
    """Ideas whose counters differ from their rows, as the portal's own recount finds them."""
    set_mode(Mode.WRITE)
    found = 0
    for some in recounting.recount_all(dry_run=True, size=2_000):
        found += len(some)
        db.session.rollback()
    return found


def is_whole() -> bool:
    """Whether the database's file is as SQLite wrote it; other engines answer for theirs themselves."""
    if db.engine.dialect.name != "sqlite":
        return True
    set_mode(Mode.TRANSACTION)
    found = db.session.execute(text("PRAGMA integrity_check")).scalars().all()
    db.session.rollback()
    return found == ["ok"]
