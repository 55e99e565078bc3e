"""What the decisions in force make of a person's standing: the strictest applies, and ends by itself (F05)."""

import functools
from datetime import datetime

from sqlalchemy import or_, select

from ideas import clock
from ideas.accounts import sanctions
from ideas.accounts.models import Person
from ideas.board.voting import setting_aside as votes
from ideas.db import db
from ideas.moderation.models import Decision, Outcome


def bar(person: Person, until: datetime | None) -> None:
    """Keep the person from taking part until then (None: without end), unless something stricter is in force."""
    person = _locked(person)
    if person.is_suspended:
        until = _stricter(person.suspended_until, until)
        if until == person.suspended_until:
            return
    _suspend(person, until)


def relieve(person: Person, until: datetime | None) -> None:
    """A decision that barred the person until then is gone: the strictest of the others applies, or nothing.

    A standing that comes from elsewhere (operators suspend too) stays as it is.
    """
    person = _locked(person)
    if not person.is_suspended or person.suspended_until != until:
        return
    ends = [decision.until for decision in _barring(person)]
    if ends:
        _suspend(person, functools.reduce(_stricter, ends))
        return
    sanctions.restore(person)
    votes.settle(person)


def _suspend(person: Person, until: datetime | None) -> None:
    """The block is immediate; a job sets the votes aside."""
    sanctions.suspend(person, until=until)
    votes.settle(person)


def _stricter(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; None has none."""
    return None if one is None or other is None else max(one, other)


def _barring(person: Person) -> list[Decision]:
    bars = Decision.outcome.in_([outcome for outcome in Outcome if outcome.bars])
    lasts = or_(Decision.until.is_(None), Decision.until > clock.now())
    mine = select(Decision).where(Decision.subject_id == person.id, Decision.ended_at.is_(None), bars, lasts)
    return list(db.session.scalars(mine))


def _locked(person: Person) -> Person:
    db.session.refresh(person, ["suspended_at", "suspended_until"], with_for_update={"key_share": True})
    return person
