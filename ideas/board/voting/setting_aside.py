"""Set a suspended person's votes aside, and restore them when the suspension ends. Votes are never deleted.

A suspension blocks new votes at once (conduct/participation.py). A background job sets earlier votes aside, a few per
transaction, so that other people can vote meanwhile; it also restores them, even when the suspension expires by
itself. A vote that its person casts or withdraws meanwhile is left alone.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from ideas import clock, jobs
from ideas.accounts.models import Person
from ideas.board.merging import locking
from ideas.board.models import Idea, Vote
from ideas.board.voting import ledger, recounting
from ideas.db import db
from ideas.outbox import recording

#: Votes per transaction, and the pause after each, in which others can write on SQLite.
CHUNK_SIZE = 4
PAUSE_SECONDS = 0.05
#: People per run of the schedule; the next run continues.
MAX_PEOPLE = 500
#: FOR SHARE: a concurrent suspension or restoration waits, and enqueues a job of its own.
_SHARE_LOCK = {"read": True}


def settle(person: Person) -> None:
    """Enqueue a job that sets the person's votes aside or restores them, according to their suspension.

    Call it in the transaction that suspends or restores the person. Enqueuing twice is harmless.
    """
    jobs.enqueue(db.session, settle_votes, f"votes-of-{person.id}-{clock.now().isoformat()}", person.id)


@jobs.job("board.settle_votes")
def settle_votes(person_id: int) -> None:
    """Make every vote of the person match their suspension, and notify them. Commits as it goes.

    Idempotent, also when it runs twice at the same time.
    """
    last, changed = 0, 0
    while (step := settle_some(person_id, after=last)).last:
        last, changed = step.last, changed + step.changed
        db.session.commit()
        time.sleep(PAUSE_SECONDS)
    if changed:
        name = "votes_set_aside" if step.suspended else "votes_restored"
        recording.record(name, thing="votes", thing_id=None, by=None, person_id=person_id, votes=changed)


@jobs.scheduled("board.settle_all", "*/5 * * * *")
def settle_all() -> None:
    """Settle people without a job: their suspension expired, or they voted while it began."""
    for person_id in unsettled():
        db.session.commit()
        settle_votes(person_id)


class Step(NamedTuple):
    """The result of one chunk: the last vote read (None at the end), votes changed, and whether they were set aside."""

    last: int | None
    changed: int
    suspended: bool


def settle_some(person_id: int, *, after: int = 0) -> Step:
    """Set aside, or restore, the person's next votes after an id."""
    person = db.session.get_one(Person, person_id, with_for_update=_SHARE_LOCK, populate_existing=True)
    to_change = and_(Vote.is_active) if person.is_suspended else _set_aside()
    votes = select(Vote.id, Idea).join(Idea, Idea.id == Vote.idea_id).where(Vote.person_id == person_id, to_change)
    found = db.session.execute(votes.where(Vote.id > after).order_by(Vote.id).limit(CHUNK_SIZE)).all()
    ids = [vote_id for vote_id, _ in found]
    roots = locking.roots_of([idea for _, idea in found])
    changed = _change(ids, to_change, clock.now() if person.is_suspended else None)
    recounting.recount_sets(roots)
    return Step(max(ids, default=None), changed, person.is_suspended)


def unsettled() -> list[int]:
    """Find people whose votes do not match their suspension."""
    now = clock.now()
    suspended = and_(
        Person.suspended_at.is_not(None), or_(Person.suspended_until.is_(None), Person.suspended_until > now)
    )
    has_active = select(Vote.id).where(Vote.person_id == Person.id, Vote.is_active).exists()
    to_set_aside = select(Person.id).where(suspended, has_active).limit(MAX_PEOPLE)
    set_aside = select(Vote.person_id).join(Person, Person.id == Vote.person_id).where(_set_aside())
    to_restore = set_aside.where(~suspended).distinct().limit(MAX_PEOPLE)
    return sorted({*db.session.scalars(to_set_aside), *db.session.scalars(to_restore)})


def _change(ids: Sequence[int], to_change: ColumnElement[bool], set_aside_at: datetime | None) -> int:
    """Change the votes that still need it now that their sets are locked. Return how many."""
    rows = select(Vote).where(Vote.id.in_(ids), to_change).order_by(Vote.id)
    votes = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    for vote in votes:
        vote.set_aside_at = set_aside_at
        ledger.write("set_aside" if set_aside_at else "restored", vote)
    db.session.flush()
    return len(votes)


def _set_aside() -> ColumnElement[bool]:
    """Set aside and not withdrawn: a withdrawn vote stays withdrawn."""
    return and_(Vote.set_aside_at.is_not(None), Vote.withdrawn_at.is_(None))
