"""The moderators' lists: open cases and appeals, oldest first; decisions, newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ideas.accounts.models import Person
from ideas.companies.models import Company
from ideas.conduct.models import ConductRule
from ideas.db import db, rows
from ideas.moderation import targets
from ideas.moderation.models import Appeal, Case, Decision, DecisionBatch, DecisionOutcome, Report
from ideas.moderation.targets import Target, TargetKey

PAGE_SIZE = 25
CaseCursor = tuple[datetime, int]


class ReportCounts(NamedTuple):
    """The number of reports of a case, and of the companies they come from."""

    reports: int = 0
    companies: int = 0


class QueueEntry(NamedTuple):
    """A case in a list, with its current text or None."""

    case: Case
    counts: ReportCounts
    target: Target | None


def waiting(after: CaseCursor | None = None, *, size: int = PAGE_SIZE) -> Sequence[Case]:
    """Open cases, oldest first: at most `size + 1`."""
    cases = _cases().where(Case.closed_at.is_(None))
    if after is not None:
        cases = cases.where(or_(Case.opened_at > after[0], and_(Case.opened_at == after[0], Case.id > after[1])))
    return db.session.scalars(cases.order_by(Case.opened_at, Case.id).limit(size + 1)).all()


def decided(before: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[tuple[Decision, Case, Person]]:
    """Decisions, newest first: at most `size + 1`."""
    rows = (
        select(Decision, Case, Person).join(Case, Case.id == Decision.case_id).join(Person, Person.id == Decision.by_id)
    )
    rows = rows.options(joinedload(Case.subject), joinedload(Decision.rule))
    if before is not None:
        rows = rows.where(Decision.id < before)
    return db.session.execute(rows.order_by(Decision.id.desc()).limit(size + 1)).all()


def appeals() -> Sequence[Appeal]:
    """Open appeals with their decisions, oldest first: at most PAGE_SIZE, without further pages."""
    waiting = select(Appeal).where(Appeal.answered_at.is_(None)).order_by(Appeal.made_at, Appeal.id)
    loaded = joinedload(Appeal.decision).options(joinedload(Decision.rule), joinedload(Decision.by))
    return db.session.scalars(waiting.options(loaded).limit(PAGE_SIZE)).all()


def entries(cases: Sequence[Case]) -> list[QueueEntry]:
    """The cases with their report counts and current texts: at most three statements."""
    counts, loaded_targets = report_counts(cases), targets.load([targets.key_of(case) for case in cases])
    return [
        QueueEntry(case, counts.get(case.id, ReportCounts()), loaded_targets.get(targets.key_of(case)))
        for case in cases
    ]


def report_counts(cases: Sequence[Case]) -> Mapping[int, ReportCounts]:
    """The report counts of each case: one statement."""
    query = (
        select(Report.case_id, func.count(), func.count(Report.company_id.distinct()))
        .where(Report.case_id.in_([case.id for case in cases]))
        .group_by(Report.case_id)
    )
    return {case_id: ReportCounts(reports, companies) for case_id, reports, companies in rows(query)}


def open_counts() -> tuple[int, int]:
    """The numbers of open cases and of open appeals."""
    cases = select(func.count()).where(Case.closed_at.is_(None)).select_from(Case).scalar_subquery()
    appeals = select(func.count()).where(Appeal.answered_at.is_(None)).select_from(Appeal).scalar_subquery()
    return db.session.execute(select(cases, appeals)).one()


def any_reported(keys: Sequence[TargetKey]) -> bool:
    """Whether any of these texts has a report that waits for a decision."""
    about = [and_(Case.thing == kind, Case.thing_id.in_([key.number for key in keys if key.kind == kind]))
             for kind in targets.ADDRESS_WORDS]  # fmt: skip
    reported = select(Report.id).join(Case, Case.id == Report.case_id).where(Case.closed_at.is_(None), or_(*about))
    return db.session.scalar(reported.limit(1)) is not None


def get_case(number: int) -> Case | None:
    """The case with that id, with its author and its moderator; or None."""
    return db.session.scalar(_cases().where(Case.id == number))


def reports_of(case: Case) -> Sequence[tuple[Report, Company | None]]:
    """The reports of a case with their companies, oldest first: at most 100."""
    rows = select(Report, Company).outerjoin(Company, Company.id == Report.company_id).where(Report.case_id == case.id)
    loaded = rows.options(joinedload(Report.reporter, innerjoin=True), joinedload(Report.rule, innerjoin=True))
    return db.session.execute(loaded.order_by(Report.id).limit(100)).all()


def decision_of(case: Case) -> Decision | None:
    """The newest decision of a case, in force or not."""
    query = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(query.options(joinedload(Decision.rule), joinedload(Decision.by, innerjoin=True)))


def reports_by(person: Person, before: int | None = None) -> Sequence[tuple[Report, Case, ConductRule, str | None]]:
    """A person's reports with the outcomes in force, newest first: at most PAGE_SIZE + 1."""
    ended = and_(Decision.case_id == Case.id, Decision.ended_at.is_(None))
    rows = (
        select(Report, Case, ConductRule, Decision.outcome)
        .join(Case, Case.id == Report.case_id)
        .join(ConductRule, ConductRule.id == Report.rule_id)
        .outerjoin(Decision, ended)
        .where(Report.reporter_id == person.id)
    )
    if before is not None:
        rows = rows.where(Report.id < before)
    return db.session.execute(rows.order_by(Report.id.desc()).limit(PAGE_SIZE + 1)).all()


def get_batch(number: int) -> DecisionBatch | None:
    """The decision batch with that id, or None."""
    return db.session.get(DecisionBatch, number)


def decisions_in(batch: DecisionBatch, after: int = 0, *, size: int = 100) -> Sequence[tuple[Decision, Case]]:
    """The decisions of a batch in order of their ids: at most `size + 1`."""
    rows = select(Decision, Case).join(Case, Case.id == Decision.case_id).where(Decision.batch_id == batch.id)
    rows = rows.where(Decision.id > after).options(joinedload(Case.subject), joinedload(Decision.rule))
    return db.session.execute(rows.order_by(Decision.id).limit(size + 1)).all()


def decision_about(person: Person, number: int) -> Decision | None:
    """The decision with that id if it is about this person's text, else None."""
    query = select(Decision).where(Decision.id == number, Decision.subject_id == person.id)
    return db.session.scalar(query.options(joinedload(Decision.rule), joinedload(Decision.case, innerjoin=True)))


def suspending_decision(person: Person) -> int | None:
    """The id of the newest decision in force that suspended or banned the person."""
    suspends = Decision.outcome.in_([DecisionOutcome.SUSPENSION, DecisionOutcome.BAN])
    query = select(Decision.id).where(Decision.subject_id == person.id, Decision.ended_at.is_(None), suspends)
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1))


def decided_together(decision: Decision) -> Sequence[tuple[Decision, Case]]:
    """The other decisions of the same batch about the same author."""
    rows = select(Decision, Case).join(Case, Case.id == Decision.case_id)
    same = (
        Decision.batch_id == decision.batch_id,
        Decision.subject_id == decision.subject_id,
        Decision.id != decision.id,
    )
    return db.session.execute(rows.where(*same).order_by(Decision.id).limit(PAGE_SIZE)).all()


def _cases() -> Select[Case]:
    return select(Case).options(joinedload(Case.subject), joinedload(Case.claimed_by))
