"""The nightly job that deletes the bytes of expired files, and bytes without a row."""

from datetime import datetime, timedelta

import obstore
import structlog
from sqlalchemy import select

from ideas import clock, jobs
from ideas.db import db
from ideas.files import storing
from ideas.files.models import File

log = structlog.get_logger()

#: Longer than any transaction that writes bytes and then their row.
GRACE_PERIOD = timedelta(days=1)
_PAGE_SIZE = 500


@jobs.scheduled("files.sweep", "20 3 * * *")
def sweep() -> None:
    """Delete expired and orphaned bytes. Idempotent: safe to kill and run again."""
    expired = delete_expired(clock.now())
    orphans = delete_orphans(clock.now() - GRACE_PERIOD)
    log.info("files:store:swept", expired=expired, orphans=orphans)


def delete_expired(now: datetime) -> int:
    """Delete the bytes of expired files, record it in their rows, and return how many there were."""
    expired = db.session.scalars(select(File).where(File.expires_at <= now, File.gone_at.is_(None))).all()
    for file in expired:
        storing.delete_bytes(file.key)
        file.gone_at = now
    db.session.flush()
    return len(expired)


def delete_orphans(before: datetime) -> int:
    """Delete bytes written before that time without a row, and return how many there were."""
    deleted = 0
    for page in obstore.list(storing.open_store(), chunk_size=_PAGE_SIZE):
        old = {entry["path"] for entry in page if entry["last_modified"] < before}
        known = set(db.session.scalars(select(File.key).where(File.key.in_(old)))) if old else set()
        for key in old - known:
            storing.delete_bytes(key)
        deleted += len(old - known)
    return deleted
