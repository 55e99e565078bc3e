"""The track record of people: decisions about them, and the results of their reports."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.moderation.models import Case, Decision, DecisionOutcome, Report

#: Decisions shown per person.
MAX_DECISIONS = 20


class ReporterRecord(NamedTuple):
    """The number of a person's reports, and of those that the moderators upheld."""

    reports: int = 0
    upheld: int = 0


def decisions_about(person_id: int, *, except_case: int | None = None) -> Sequence[Decision]:
    """The newest decisions about a person's texts, in force or not, except those of one case."""
    query = select(Decision).where(Decision.subject_id == person_id, Decision.case_id != (except_case or 0))
    query = query.options(joinedload(Decision.rule), joinedload(Decision.by, innerjoin=True))
    return db.session.scalars(query.order_by(Decision.id.desc()).limit(MAX_DECISIONS)).all()


def reporter_records(people: Iterable[int]) -> dict[int, ReporterRecord]:
    """The records of these people's reports: one statement."""
    broken = case((Decision.outcome != DecisionOutcome.NOTHING, 1), else_=0)
    query = (
        select(Report.reporter_id, func.count(), func.coalesce(func.sum(broken), 0))
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Decision, (Decision.case_id == Case.id) & Decision.ended_at.is_(None))
        .where(Report.reporter_id.in_(set(people)))
        .group_by(Report.reporter_id)
    )
    return {person: ReporterRecord(reports, upheld) for person, reports, upheld in db.session.execute(query)}
