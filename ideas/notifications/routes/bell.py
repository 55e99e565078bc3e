"""The unread count: one statement per full page of a signed-in person."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ideas.db import db
from ideas.notifications import reading
from ideas.web.person import person_or_none, requester_is_known
from ideas.web.request_cache import once_per_request
from ideas.web.responses import is_htmx

log = structlog.get_logger()


def provide_unread_count() -> dict[str, int]:
    """Provide `unread_count` to templates. Fragments have no bell, and a failing query must not fail the page."""
    return {"unread_count": _count_unread()}


@once_per_request
def _count_unread() -> int:
    person = None if not requester_is_known() or is_htmx() else person_or_none()
    if person is None:
        return 0
    try:
        return reading.unread_count(person)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("portal:bell:failed")
        return 0
