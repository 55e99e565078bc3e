"""How many notices are new: on every whole page of someone signed in, for one statement."""

import structlog
from flask import g
from sqlalchemy.exc import SQLAlchemyError

from ideas.db import db
from ideas.notifications import reading
from ideas.web.person import visitor
from ideas.web.responses import is_htmx

log = structlog.get_logger()


def count() -> dict[str, int]:
    """What templates know as `unread_count`. A fragment shows no bell, and a page does not fail for it."""
    if "unread" not in g:
        g.unread = _ask()
    return {"unread_count": g.unread}


def _ask() -> int:
    person = None if "asker" not in g or is_htmx() else visitor()
    if person is None:
        return 0
    try:
        return reading.unread_count(person)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("portal:bell:failed")
        return 0
