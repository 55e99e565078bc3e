"""What moderation knows of people: what was decided about them, and how their reports ended."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.moderation.models import Case, Decision, Outcome, Report

#: Decisions shown of a person.
SHOWN = 20


class Reporting(NamedTuple):
    """How many reports a person has made, and in how many of them the moderators saw a broken rule."""

    made: int = 0
    upheld: int = 0


def decisions_about(person_id: int, *, but: int | None = None) -> Sequence[Decision]:
    """The newest decisions about a person's texts, undone and reversed ones too, but those of one case."""
    about = select(Decision).where(Decision.subject_id == person_id, Decision.case_id != (but or 0))
    shown = about.options(joinedload(Decision.rule), joinedload(Decision.by, innerjoin=True))
    return db.session.scalars(shown.order_by(Decision.id.desc()).limit(SHOWN)).all()


def reporting_among(people: Iterable[int]) -> dict[int, Reporting]:
    """Each of these people's reports so far: one statement."""
    broken = case((Decision.outcome != Outcome.NOTHING, 1), else_=0)
    counted = (
        select(Report.reporter_id, func.count(), func.coalesce(func.sum(broken), 0))
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Decision, (Decision.case_id == Case.id) & Decision.ended_at.is_(None))
        .where(Report.reporter_id.in_(set(people)))
        .group_by(Report.reporter_id)
    )
    return {person: Reporting(made, upheld) for person, made, upheld in db.session.execute(counted)}
