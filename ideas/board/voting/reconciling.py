"""The nightly check of every idea's counters: correct those that differ from the rows, and notify operators.

A difference means a fault in the portal, or a manual change in its database, so even a single one is reported.
"""

import structlog

from ideas import jobs
from ideas.board.voting import recounting
from ideas.board.voting.recounting import Drift
from ideas.db import db
from ideas.outbox import recording

log = structlog.get_logger()

#: Differences listed in the event; it has the number of all.
MAX_LISTED = 50


@jobs.scheduled("board.recount", "20 2 * * *")
def recount() -> None:
    """Recount every idea, correct what differs, and record one event if anything did. Commits as it goes."""
    found: list[Drift] = []
    for drifts in recounting.recount_all(dry_run=False):
        found += drifts
        db.session.commit()
    if found:
        report(found)


def report(drifts: list[Drift]) -> None:
    """Record that these counters differed from their rows and were corrected."""
    log.error("board:counters:drifted", ideas=len(drifts), first=drifts[0].idea_id)
    facts = [
        {"idea": drift.idea_id, "kept": drift.stored._asdict(), "counted": drift.counted._asdict()}
        for drift in drifts[:MAX_LISTED]
    ]
    recording.record("counters_drifted", thing="counters", thing_id=None, by=None, ideas=len(drifts), drifts=facts)
