"""Suspend people by the decisions in force. The strictest applies, and ends automatically (F05)."""

import functools
from datetime import datetime

from sqlalchemy import or_, select

from ideas import clock
from ideas.accounts import sanctions
from ideas.accounts.models import Person
from ideas.board.voting import setting_aside as votes
from ideas.db import db
from ideas.moderation.models import Decision, DecisionOutcome


def apply(person: Person, until: datetime | None) -> None:
    """Suspend the person until then (None: without end), unless a stricter suspension is in force."""
    person = _locked(person)
    if person.is_suspended:
        until = _stricter(person.suspended_until, until)
        if until == person.suspended_until:
            return
    _suspend(person, until)


def lift(person: Person, until: datetime | None) -> None:
    """Lift the suspension of an ended decision; the strictest other decision in force applies.

    Changes nothing if the suspension has another end: operators suspend people too.
    """
    person = _locked(person)
    if not person.is_suspended or person.suspended_until != until:
        return
    ends = [decision.until for decision in _suspending_decisions(person)]
    if ends:
        _suspend(person, functools.reduce(_stricter, ends))
        return
    sanctions.restore(person)
    votes.settle(person)


def _suspend(person: Person, until: datetime | None) -> None:
    """Suspend the person at once; a job sets their votes aside."""
    sanctions.suspend(person, until=until)
    votes.settle(person)


def _stricter(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; None is without end."""
    return None if one is None or other is None else max(one, other)


def _suspending_decisions(person: Person) -> list[Decision]:
    suspends = Decision.outcome.in_([outcome for outcome in DecisionOutcome if outcome.suspends])
    not_over = or_(Decision.until.is_(None), Decision.until > clock.now())
    query = select(Decision).where(Decision.subject_id == person.id, Decision.ended_at.is_(None), suspends, not_over)
    return list(db.session.scalars(query))


def _locked(person: Person) -> Person:
    db.session.refresh(person, ["suspended_at", "suspended_until"], with_for_update={"key_share": True})
    return person
