"""The nightly look at every idea's counters: what differs from the rows is set right, and told.

Counters are caches. A difference is a fault of the portal, or a hand in its database: either
way the operators hear of it, from the first unit.
"""

import structlog

from ideas import jobs
from ideas.board.voting import counting
from ideas.board.voting.counting import Drift
from ideas.db import db
from ideas.outbox import recording

log = structlog.get_logger()

#: Differences that the event names; it counts them all.
NAMED = 50


@jobs.scheduled("board.recount", "20 2 * * *")
def recount() -> None:
    """Recount every idea, heal what differs and record one event if anything did. Commits as it goes."""
    found: list[Drift] = []
    for drifts in counting.recount_all(dry_run=False):
        found += drifts
        db.session.commit()
    if found:
        tell(found)


def tell(drifts: list[Drift]) -> None:
    """Record that these counters differed from their rows, and are right now."""
    log.error("board:counters:drifted", ideas=len(drifts), first=drifts[0].number)
    facts = [
        {"idea": drift.number, "kept": drift.kept._asdict(), "counted": drift.counted._asdict()}
        for drift in drifts[:NAMED]
    ]
    recording.record("counters_drifted", thing="counters", thing_id=None, by=None, ideas=len(drifts), drifts=facts)
