"""The nightly sweep: expired files lose their bytes, and bytes that no row names go."""

from datetime import datetime, timedelta

import obstore
import structlog
from sqlalchemy import select

from ideas import clock, jobs
from ideas.db import db
from ideas.files import storing
from ideas.files.models import File

log = structlog.get_logger()

#: A deed that writes bytes has long ended by then, one way or the other.
GRACE = timedelta(days=1)
_SOME = 500


@jobs.scheduled("files.sweep", "20 3 * * *")
def sweep() -> None:
    """Remove what expired and what nobody knows. Safe to kill and run again."""
    expired = expire(clock.now())
    swept = remove_orphans(clock.now() - GRACE)
    log.info("files:store:swept", expired=expired, orphans=swept)


def expire(now: datetime) -> int:
    """Take away the bytes of every file whose time is over; the row stays, and says so. How many they were."""
    over = db.session.scalars(select(File).where(File.expires_at <= now, File.gone_at.is_(None))).all()
    for file in over:
        storing.remove(file.key)
        file.gone_at = now
    db.session.flush()
    return len(over)


def remove_orphans(before: datetime) -> int:
    """Take away bytes written before that moment that no row names. How many they were."""
    swept = 0
    for some in obstore.list(storing.store(), chunk_size=_SOME):
        old = {thing["path"] for thing in some if thing["last_modified"] < before}
        known = set(db.session.scalars(select(File.key).where(File.key.in_(old)))) if old else set()
        for key in old - known:
            storing.remove(key)
        swept += len(old - known)
    return swept
