"""Decide one case, or many texts at once; undo a decision. The first of two moderators wins (F04)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from ideas import clock, sql
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.moderation import cases, ladder, sanctions, targets
from ideas.moderation.models import Appeal, Case, Decision, DecisionBatch, DecisionOutcome, Report
from ideas.moderation.targets import TargetKey
from ideas.outbox import recording

#: Texts per decision batch.
MAX_TARGETS = 500


class InvalidVerdict(Refused):
    """The verdict is incomplete or not allowed; `field` is the form's field to show it at."""

    field = "outcome"
    status = 422


class VerdictNeedsRule(InvalidVerdict):
    message = N_("Diga qual regra do código foi quebrada.")
    field = "rule"


class VerdictNeedsReason(InvalidVerdict):
    message = N_("Escreva o motivo: é o que a pessoa vai ler.")
    field = "reason"


class VerdictNeedsEnd(InvalidVerdict):
    message = N_("Diga até que dia vai a suspensão, a partir de amanhã.")
    field = "until"


class NoAuthorToSanction(InvalidVerdict):
    message = N_("Quem escreveu não tem conta no portal: aqui só cabe ocultar, ou nada a fazer.")


class SkipsSteps(InvalidVerdict):
    """The verdict skips steps of the ladder without a justification."""

    message = N_("O próximo passo seria mais leve. Para pular, diga a gravidade que justifica.")
    field = "gravity"


class TooManyTargets(InvalidVerdict):
    message = N_("São muitos de uma vez: escolha no máximo %(most)d.")


class NothingChosen(InvalidVerdict):
    message = N_("Nenhum texto foi escolhido, ou os escolhidos saíram do ar.")


class CannotUndo(Refused):
    """The batch is already undone, or a decision in it has an appeal."""

    message = N_("Esta decisão já foi desfeita, ou alguém recorreu dela: agora ela só muda pelo recurso.")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A decision for one or many texts."""

    outcome: DecisionOutcome
    rule: ConductRule | None = None
    #: The offending words; the reason for the author; why steps are skipped, for moderators.
    quote: str = ""
    reason: str = ""
    gravity: str = ""
    #: The end of a suspension.
    until: datetime | None = None
    #: Whether a warning, a suspension or a ban also hides the text; the outcome HIDE always does.
    hides: bool = True


def decide(
    keys: Sequence[TargetKey], verdict: Verdict, *, by: Person, client_token: str | None = None
) -> DecisionBatch:
    """Decide about all of these texts in one batch. Idempotent by the client token.

    Opens a case for texts that nobody reported. Raises InvalidVerdict, AlreadyDecided, TakenByAnother, AboutYourself.
    """
    try:
        with db.session.begin_nested():
            open_cases = _cases(keys)
            batch = DecisionBatch(by_id=by.id, client_token=client_token)
            db.session.add(batch)
    except IntegrityError:
        # The token's unique key was violated, perhaps in a race. The savepoint's rollback removed the new cases.
        if (first := sql.sent_before(DecisionBatch, client_token, DecisionBatch.by_id == by.id)) is None:
            raise
        return first
    past = past_outcomes({case.subject_id for case in open_cases if case.subject_id})
    _validate(verdict, open_cases, past)
    for case in open_cases:
        cases.ensure_may_decide(case, by)
    decisions = [_decide(case, verdict, batch, by) for case in open_cases]
    db.session.flush()
    _apply_sanctions(decisions)
    _record_events(batch, decisions, by)
    return batch


def decide_case(case: Case, verdict: Verdict, *, by: Person) -> DecisionBatch:
    """Decide one case. Raises what `decide` raises."""
    cases.ensure_may_decide(cases.lock(case.id), by)
    return decide([targets.key_of(case)], verdict, by=by)


def undo(batch: DecisionBatch, *, by: Person) -> None:
    """Undo the whole batch: show the hidden texts, lift the sanctions, and reopen the cases that have reports.

    Raises CannotUndo, AboutYourself.
    """
    db.session.refresh(batch, ["undone_at"], with_for_update={"key_share": True})
    decisions = db.session.scalars(select(Decision).where(Decision.batch_id == batch.id).order_by(Decision.id)).all()
    appealed = exists().where(Appeal.decision_id == Decision.id, Decision.batch_id == batch.id)
    if batch.undone_at is not None or db.session.scalar(select(appealed)):
        raise CannotUndo
    if by.id in {decision.subject_id for decision in decisions} or _reported_by(by, decisions):
        raise cases.AboutYourself
    batch.undone_at, batch.undone_by_id = clock.now(), by.id
    for decision in decisions:
        revoke(decision)
        _reopen(decision)
    log.write(by=by, action="decision_undone", thing="decision_batch", thing_id=batch.id,
              before={"decisions": len(decisions)}, after={}, why="")  # fmt: skip


def revoke(decision: Decision) -> None:
    """End the decision, show the text again and lift its sanction."""
    decision.ended_at = clock.now()
    db.session.flush()
    if decision.hides:
        targets.show(targets.key_of(db.session.get_one(Case, decision.case_id)))
    if DecisionOutcome(decision.outcome).suspends and decision.subject_id is not None:
        sanctions.lift(db.session.get_one(Person, decision.subject_id), decision.until)


def past_outcomes(people: Iterable[int]) -> Mapping[int, set[str]]:
    """The outcomes in force about each of these people."""
    condition = Decision.subject_id.in_(set(people)), Decision.ended_at.is_(None)
    found: dict[int, set[str]] = defaultdict(set)
    for decision in db.session.execute(select(Decision.subject_id, Decision.outcome).where(*condition)):
        if decision.subject_id is not None:
            found[decision.subject_id].add(decision.outcome)
    return found


def _cases(keys: Sequence[TargetKey]) -> list[Case]:
    """The open cases about these texts, locked in a fixed order to prevent deadlocks."""
    if len(keys) > MAX_TARGETS:
        raise TooManyTargets(most=MAX_TARGETS)
    found = targets.load(keys)
    if not found:
        raise NothingChosen
    return [cases.open_for(found[key]) for key in sorted(found)]


def _validate(verdict: Verdict, open_cases: Sequence[Case], past: Mapping[int, set[str]]) -> None:
    outcome = verdict.outcome
    if outcome is DecisionOutcome.NOTHING:
        return
    if verdict.rule is None:
        raise VerdictNeedsRule
    if not verdict.reason:
        raise VerdictNeedsReason
    if outcome is DecisionOutcome.SUSPENSION and (verdict.until is None or verdict.until <= clock.now()):
        raise VerdictNeedsEnd
    if outcome is not DecisionOutcome.HIDE and any(case.subject_id is None for case in open_cases):
        raise NoAuthorToSanction
    if not verdict.gravity and any(
        ladder.skips_steps(outcome, past.get(case.subject_id or 0, set())) for case in open_cases
    ):
        raise SkipsSteps


def _decide(case: Case, verdict: Verdict, batch: DecisionBatch, by: Person) -> Decision:
    outcome = verdict.outcome
    decision = Decision(
        case_id=case.id,
        batch_id=batch.id,
        subject_id=case.subject_id,
        outcome=outcome.value,
        by_id=by.id,
        rule_id=verdict.rule.id if verdict.rule and outcome is not DecisionOutcome.NOTHING else None,
        quote=verdict.quote,
        reason=verdict.reason,
        gravity=verdict.gravity,
        until=verdict.until if outcome is DecisionOutcome.SUSPENSION else None,
        hides=outcome is DecisionOutcome.HIDE or (outcome.may_hide and verdict.hides),
        decided_at=batch.decided_at,
    )
    db.session.add(decision)
    if case.claimed_by_id is None:
        case.claimed_by_id, case.claimed_at = by.id, batch.decided_at
    case.closed_at = batch.decided_at
    if decision.hides and verdict.rule:
        targets.hide(targets.key_of(case), verdict.rule.key)
    return decision


def _apply_sanctions(decisions: Sequence[Decision]) -> None:
    """Apply the sanction once per person."""
    sanctioned = {decision.subject_id: decision for decision in decisions if DecisionOutcome(decision.outcome).suspends}
    for person_id, decision in sorted(sanctioned.items(), key=lambda item: item[0] or 0):
        sanctions.apply(db.session.get_one(Person, person_id), decision.until)


def _record_events(batch: DecisionBatch, decisions: Sequence[Decision], by: Person) -> None:
    """Record one event per author and one per reported case, and one audit entry per decision."""
    by_author: dict[int, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.subject_id is not None and decision.outcome != DecisionOutcome.NOTHING:
            by_author[decision.subject_id].append(decision)
        log.write(by=by, action="case_decided", thing="moderation_case", thing_id=decision.case_id, before={},
                  after=_audit_facts(decision), why=decision.gravity or decision.reason)  # fmt: skip
    for person_id, theirs in by_author.items():
        recording.record("words_judged", thing="decision", thing_id=theirs[0].id, by=None,
                         person_id=person_id, outcome=theirs[0].outcome, many=len(theirs),
                         until=_isoformat(theirs[0].until))  # fmt: skip
    for case_id in _reported_cases(decisions):
        recording.record("report_answered", thing="moderation_case", thing_id=case_id, by=None,
                         outcome=decisions[0].outcome)  # fmt: skip


def _reported_by(by: Person, decisions: Sequence[Decision]) -> bool:
    """Whether this person reported any of these cases."""
    case_ids = [decision.case_id for decision in decisions]
    own_reports = select(Report.id).where(Report.reporter_id == by.id, Report.case_id.in_(case_ids))
    return db.session.scalar(own_reports.limit(1)) is not None


def _reported_cases(decisions: Sequence[Decision]) -> list[int]:
    case_ids = [decision.case_id for decision in decisions]
    return list(db.session.scalars(select(Report.case_id).where(Report.case_id.in_(case_ids)).distinct()))


def _audit_facts(decision: Decision) -> dict[str, object]:
    return {"outcome": decision.outcome, "rule_id": decision.rule_id, "hides": decision.hides,
            "until": _isoformat(decision.until), "batch_id": decision.batch_id}  # fmt: skip


def _isoformat(until: datetime | None) -> str | None:
    return until.isoformat() if until else None


def _reopen(decision: Decision) -> None:
    """Reopen the case if it has reports, unless the text has a newer open case."""
    case = cases.lock(decision.case_id)
    if case.id in _reported_cases([decision]) and not cases.is_open_for(targets.key_of(case)):
        case.closed_at = None
