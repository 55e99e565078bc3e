"""A suspended person's votes are set aside, and stand again afterwards: a stored fact, never a deletion.

The block itself is immediate (conduct.taking_part). What was voted before follows in a job, a few ideas
to a transaction, so that others vote in between; so does its return, also when the suspension's time is
over. A vote that its person cast again or took back meanwhile is left as they left it.
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
from ideas.board.voting import counting, ledger
from ideas.db import db
from ideas.outbox import recording

#: Votes to a transaction, and the seconds in which others get SQLite's writer before the next.
CHUNK = 4
BREATH = 0.05
#: People whom one run of the timetable takes up; the next goes on.
MOST_PEOPLE = 500
#: FOR SHARE: suspending or restoring the person meanwhile waits, and asks for a job of its own.
_UNCHANGED = {"read": True}


def settle(person: Person) -> None:
    """Ask for the person's votes to be set aside, or to stand, as their suspension now says.

    For whoever suspends or restores a person, in the same transaction; asking twice does no harm.
    """
    jobs.enqueue(db.session, settle_votes, f"votes-of-{person.id}-{clock.now().isoformat()}", person.id)


@jobs.job("board.settle_votes")
def settle_votes(person_id: int) -> None:
    """Bring every vote of the person in line with their suspension, and tell them. Commits as it goes.

    Safe to run again, and at the same time as itself: whoever comes second finds nothing left to do.
    """
    last, changed = 0, 0
    while (step := settle_some(person_id, after=last)).last:
        last, changed = step.last, changed + step.changed
        db.session.commit()
        time.sleep(BREATH)
    if changed:
        name = "votes_set_aside" if step.suspended else "votes_restored"
        recording.record(name, thing="votes", thing_id=None, by=None, person_id=person_id, votes=changed)


@jobs.scheduled("board.settle_all", "*/5 * * * *")
def settle_all() -> None:
    """Take up whoever's suspension began or ended unnoticed: its time was over, or a vote met it half-way."""
    for person_id in unsettled():
        db.session.commit()
        settle_votes(person_id)


class Step(NamedTuple):
    """What one chunk came to: the last vote looked at (None at the end), how many were changed, which way."""

    last: int | None
    changed: int
    suspended: bool


def settle_some(person_id: int, *, after: int = 0) -> Step:
    """Set aside, or let stand, the person's next votes whose ids come after."""
    person = db.session.get_one(Person, person_id, with_for_update=_UNCHANGED, populate_existing=True)
    wrong = Vote.is_active.expression if person.is_suspended else _aside()
    rows = select(Vote.id, Idea).join(Idea, Idea.id == Vote.idea_id).where(Vote.person_id == person_id, wrong)
    found = db.session.execute(rows.where(Vote.id > after).order_by(Vote.id).limit(CHUNK)).all()
    numbers = [number for number, _ in found]
    roots = locking.roots_of([idea for _, idea in found])
    changed = _turn(numbers, wrong, clock.now() if person.is_suspended else None)
    counting.recount_sets(roots)
    return Step(max(numbers, default=None), changed, person.is_suspended)


def unsettled() -> list[int]:
    """The people whose votes don't say what their suspension does."""
    now = clock.now()
    suspended = and_(
        Person.suspended_at.is_not(None), or_(Person.suspended_until.is_(None), Person.suspended_until > now)
    )
    standing = select(Vote.id).where(Vote.person_id == Person.id, Vote.is_active).exists()
    too_many = select(Person.id).where(suspended, standing).limit(MOST_PEOPLE)
    too_few = select(Vote.person_id).join(Person, Person.id == Vote.person_id).where(_aside(), ~suspended).distinct()
    return sorted({*db.session.scalars(too_many), *db.session.scalars(too_few.limit(MOST_PEOPLE))})


def _turn(numbers: Sequence[int], wrong: ColumnElement[bool], set_aside_at: datetime | None) -> int:
    """Those votes that are wrong still, now that their sets are locked; how many they were."""
    rows = select(Vote).where(Vote.id.in_(numbers), wrong).order_by(Vote.id)
    votes = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    for vote in votes:
        vote.set_aside_at = set_aside_at
        ledger.write("set_aside" if set_aside_at else "restored", vote)
    db.session.flush()
    return len(votes)


def _aside() -> ColumnElement[bool]:
    """Set aside and not taken back: what its person withdrew stays withdrawn."""
    return and_(Vote.set_aside_at.is_not(None), Vote.withdrawn_at.is_(None))
