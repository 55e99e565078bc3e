"""How many notices are new: on every whole page of someone signed in, for one statement."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ideas.db import db
from ideas.notifications import reading
from ideas.web.person import asker_is_known, visitor
from ideas.web.request_cache import once_per_request
from ideas.web.responses import is_htmx

log = structlog.get_logger()


def count() -> dict[str, int]:
    """What templates know as `unread_count`. A fragment shows no bell, and a page does not fail for it."""
    return {"unread_count": _ask()}


@once_per_request
def _ask() -> int:
    person = None if not asker_is_known() or is_htmx() else visitor()
    if person is None:
        return 0
    try:
        return reading.unread_count(person)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("portal:bell:failed")
        return 0
