"""The lists moderators work from: what waits, oldest first; appeals; what was decided, newest first."""

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
from ideas.moderation.models import Appeal, Case, Decision, DecisionBatch, Outcome, Report
from ideas.moderation.targets import Name, Thing

SIZE = 25
Cursor = tuple[datetime, int]


class Weight(NamedTuple):
    """How many people reported a thing, and of how many companies they are."""

    reports: int = 0
    companies: int = 0


class Entry(NamedTuple):
    """One case of a list."""

    case: Case
    weight: Weight
    thing: Thing | None


def waiting(after: Cursor | None = None, *, size: int = SIZE) -> Sequence[Case]:
    """Open cases, the oldest first: one more than a page."""
    cases = _cases().where(Case.closed_at.is_(None))
    if after is not None:
        cases = cases.where(or_(Case.opened_at > after[0], and_(Case.opened_at == after[0], Case.id > after[1])))
    return db.session.scalars(cases.order_by(Case.opened_at, Case.id).limit(size + 1)).all()


def decided(before: int | None = None, *, size: int = SIZE) -> Sequence[tuple[Decision, Case, Person]]:
    """What was decided, the newest first: one more than a page."""
    rows = (
        select(Decision, Case, Person).join(Case, Case.id == Decision.case_id).join(Person, Person.id == Decision.by_id)
    )
    rows = rows.options(joinedload(Case.subject), joinedload(Decision.rule))
    if before is not None:
        rows = rows.where(Decision.id < before)
    return db.session.execute(rows.order_by(Decision.id.desc()).limit(size + 1)).all()


def appeals() -> Sequence[Appeal]:
    """Appeals that wait, the oldest first, with their decisions: no more than a page of them is ever open at once."""
    waiting = select(Appeal).where(Appeal.answered_at.is_(None)).order_by(Appeal.made_at, Appeal.id)
    loaded = joinedload(Appeal.decision).options(joinedload(Decision.rule), joinedload(Decision.by))
    return db.session.scalars(waiting.options(loaded).limit(SIZE)).all()


def entries(cases: Sequence[Case]) -> list[Entry]:
    """The cases with their weight and what they are about: three statements at most."""
    weights, found = weights_among(cases), targets.among([targets.of(case) for case in cases])
    return [Entry(case, weights.get(case.id, Weight()), found.get(targets.of(case))) for case in cases]


def weights_among(cases: Sequence[Case]) -> Mapping[int, Weight]:
    """How strongly each case was reported: one statement."""
    counted = (
        select(Report.case_id, func.count(), func.count(Report.company_id.distinct()))
        .where(Report.case_id.in_([case.id for case in cases]))
        .group_by(Report.case_id)
    )
    return {case_id: Weight(reports, companies) for case_id, reports, companies in rows(counted)}


def open_counts() -> tuple[int, int]:
    """How many cases and how many appeals wait."""
    cases = select(func.count()).where(Case.closed_at.is_(None)).select_from(Case).scalar_subquery()
    appeals = select(func.count()).where(Appeal.answered_at.is_(None)).select_from(Appeal).scalar_subquery()
    return db.session.execute(select(cases, appeals)).one()


def any_reported(names: Sequence[Name]) -> bool:
    """Whether a report about one of these things waits for a decision."""
    about = [and_(Case.thing == sort, Case.thing_id.in_([name.number for name in names if name.sort == sort]))
             for sort in targets.SORTS]  # fmt: skip
    reported = select(Report.id).join(Case, Case.id == Report.case_id).where(Case.closed_at.is_(None), or_(*about))
    return db.session.scalar(reported.limit(1)) is not None


def case_of(number: int) -> Case | None:
    """One case, with its people."""
    return db.session.scalar(_cases().where(Case.id == number))


def reports_of(case: Case) -> Sequence[tuple[Report, Company | None]]:
    """What was reported of a case, in its order."""
    rows = select(Report, Company).outerjoin(Company, Company.id == Report.company_id).where(Report.case_id == case.id)
    loaded = rows.options(joinedload(Report.reporter, innerjoin=True), joinedload(Report.rule, innerjoin=True))
    return db.session.execute(loaded.order_by(Report.id).limit(100)).all()


def decision_of(case: Case) -> Decision | None:
    """The newest decision of a case, standing or not."""
    made = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(made.options(joinedload(Decision.rule), joinedload(Decision.by, innerjoin=True)))


def reports_by(person: Person, before: int | None = None) -> Sequence[tuple[Report, Case, ConductRule, str | None]]:
    """What a person reported, the newest first, and how it ended: one more than a page."""
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
    return db.session.execute(rows.order_by(Report.id.desc()).limit(SIZE + 1)).all()


def batch_of(number: int) -> DecisionBatch | None:
    """One act of deciding."""
    return db.session.get(DecisionBatch, number)


def decisions_in(batch: DecisionBatch, after: int = 0, *, size: int = 100) -> Sequence[tuple[Decision, Case]]:
    """What one act decided, in its order: one more than a page."""
    rows = select(Decision, Case).join(Case, Case.id == Decision.case_id).where(Decision.batch_id == batch.id)
    rows = rows.where(Decision.id > after).options(joinedload(Case.subject), joinedload(Decision.rule))
    return db.session.execute(rows.order_by(Decision.id).limit(size + 1)).all()


def decided_of(person: Person, number: int) -> Decision | None:
    """One decision, for the person whose words it is about."""
    mine = select(Decision).where(Decision.id == number, Decision.subject_id == person.id)
    return db.session.scalar(mine.options(joinedload(Decision.rule), joinedload(Decision.case, innerjoin=True)))


def barring(person: Person) -> int | None:
    """The number of the newest standing decision that suspended or banned the person."""
    bars = Decision.outcome.in_([Outcome.SUSPENSION, Outcome.BAN])
    standing = select(Decision.id).where(Decision.subject_id == person.id, Decision.ended_at.is_(None), bars)
    return db.session.scalar(standing.order_by(Decision.id.desc()).limit(1))


def told_with(decision: Decision) -> Sequence[tuple[Decision, Case]]:
    """The other texts of the same author that the same act decided on."""
    rows = select(Decision, Case).join(Case, Case.id == Decision.case_id)
    same = (
        Decision.batch_id == decision.batch_id,
        Decision.subject_id == decision.subject_id,
        Decision.id != decision.id,
    )
    return db.session.execute(rows.where(*same).order_by(Decision.id).limit(SIZE)).all()


def _cases() -> Select[Case]:
    return select(Case).options(joinedload(Case.subject), joinedload(Case.claimed_by))
