"""Decide one case, or many things at once; take a decision back. The first of two moderators wins (F04)."""

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
from ideas.moderation.models import Appeal, Case, Decision, DecisionBatch, Outcome, Report
from ideas.moderation.targets import Name
from ideas.outbox import recording

#: The most that one act decides.
MOST = 500


class NotJudged(Refused):
    """The verdict lacks something; `field` is where it would stand."""

    field = "outcome"
    status = 422


class NoRule(NotJudged):
    message = N_("Diga qual regra do código foi quebrada.")
    field = "rule"


class NoReason(NotJudged):
    message = N_("Escreva o motivo: é o que a pessoa vai ler.")
    field = "reason"


class NoEnd(NotJudged):
    message = N_("Diga até que dia vai a suspensão, a partir de amanhã.")
    field = "until"


class NothingToHide(NotJudged):
    message = N_("Quem escreveu não tem conta no portal: aqui só cabe ocultar, ou nada a fazer.")


class SkipsARung(NotJudged):
    """The next step would be a gentler one."""

    message = N_("O próximo passo seria mais leve. Para pular, diga a gravidade que justifica.")
    field = "gravity"


class TooMany(NotJudged):
    message = N_("São muitos de uma vez: escolha no máximo %(most)d.")


class NothingChosen(NotJudged):
    message = N_("Nenhum texto foi escolhido, ou os escolhidos saíram do ar.")


class NotUndone(Refused):
    """There is nothing to take back any more."""

    message = N_("Esta decisão já foi desfeita, ou alguém recorreu dela: agora ela só muda pelo recurso.")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is decided, the same for everything it is about."""

    outcome: Outcome
    rule: ConductRule | None = None
    #: The words concerned; what is told to the author; why a rung is skipped, for moderators.
    quote: str = ""
    reason: str = ""
    gravity: str = ""
    #: The end of a suspension.
    until: datetime | None = None
    #: Whether the words are hidden with a warning, a suspension or a ban; hiding always hides.
    hides: bool = True


def decide(names: Sequence[Name], verdict: Verdict, *, by: Person, client_token: str | None = None) -> DecisionBatch:
    """Decide about all of these things in one act, which one undo takes back.

    Sent twice with one token, it gives the first act. A thing that nobody reported gets a case of its own.
    Raises a NotJudged for what the verdict lacks, AlreadyDecided, TakenByAnother, AboutYourself.
    """
    try:
        with db.session.begin_nested():
            about = _cases(names)
            batch = DecisionBatch(by_id=by.id, client_token=client_token)
            db.session.add(batch)
    except IntegrityError:
        # The token's unique key spoke, now or in a race: the cases that were opened for it are gone with it.
        if (first := sql.sent_before(DecisionBatch, client_token, DecisionBatch.by_id == by.id)) is None:
            raise
        return first
    past = outcomes_of({case.subject_id for case in about if case.subject_id})
    _ensure_whole(verdict, about, past)
    for case in about:
        cases.ensure_may_decide(case, by)
    decisions = [_decide(case, verdict, batch, by) for case in about]
    db.session.flush()
    _bar(decisions)
    _tell(batch, decisions, by)
    return batch


def decide_case(case: Case, verdict: Verdict, *, by: Person) -> DecisionBatch:
    """Decide the case that a moderator has before them; of two who do, the first. Raises as `decide`."""
    cases.ensure_may_decide(cases.locked(case.id), by)
    return decide([targets.of(case)], verdict, by=by)


def undo(batch: DecisionBatch, *, by: Person) -> None:
    """Take the whole act back: what it hid is shown, whom it barred takes part again. Raises NotUndone, AboutYourself.

    What was reported waits again; what was decided on without a report does not.
    """
    db.session.refresh(batch, ["undone_at"], with_for_update={"key_share": True})
    decisions = db.session.scalars(select(Decision).where(Decision.batch_id == batch.id).order_by(Decision.id)).all()
    appealed = exists().where(Appeal.decision_id == Decision.id, Decision.batch_id == batch.id)
    if batch.undone_at is not None or db.session.scalar(select(appealed)):
        raise NotUndone
    if by.id in {decision.subject_id for decision in decisions} or _reported_by(by, decisions):
        raise cases.AboutYourself
    batch.undone_at, batch.undone_by_id = clock.now(), by.id
    for decision in decisions:
        end(decision)
        _reopen(decision)
    log.write(by=by, action="decision_undone", thing="decision_batch", thing_id=batch.id,
              before={"decisions": len(decisions)}, after={}, why="")  # fmt: skip


def end(decision: Decision) -> None:
    """Make the decision stand no longer, with all that it did."""
    decision.ended_at = clock.now()
    db.session.flush()
    if decision.hides:
        targets.show(targets.of(db.session.get_one(Case, decision.case_id)))
    if Outcome(decision.outcome).bars and decision.subject_id is not None:
        sanctions.relieve(db.session.get_one(Person, decision.subject_id), decision.until)


def outcomes_of(people: Iterable[int]) -> Mapping[int, set[str]]:
    """What still stands against each of these people."""
    stands = Decision.subject_id.in_(set(people)), Decision.ended_at.is_(None)
    found: dict[int, set[str]] = defaultdict(set)
    for decision in db.session.execute(select(Decision.subject_id, Decision.outcome).where(*stands)):
        if decision.subject_id is not None:
            found[decision.subject_id].add(decision.outcome)
    return found


def _cases(names: Sequence[Name]) -> list[Case]:
    """The open cases about these things, locked in one order, so that no two moderators wait in a ring."""
    if len(names) > MOST:
        raise TooMany(most=MOST)
    found = targets.among(names)
    if not found:
        raise NothingChosen
    return [cases.open_for(found[name]) for name in sorted(found)]


def _ensure_whole(verdict: Verdict, about: Sequence[Case], past: Mapping[int, set[str]]) -> None:
    outcome = verdict.outcome
    if outcome is Outcome.NOTHING:
        return
    if verdict.rule is None:
        raise NoRule
    if not verdict.reason:
        raise NoReason
    if outcome is Outcome.SUSPENSION and (verdict.until is None or verdict.until <= clock.now()):
        raise NoEnd
    if outcome is not Outcome.HIDE and any(case.subject_id is None for case in about):
        raise NothingToHide
    if not verdict.gravity and any(ladder.skips(outcome, past.get(case.subject_id or 0, set())) for case in about):
        raise SkipsARung


def _decide(case: Case, verdict: Verdict, batch: DecisionBatch, by: Person) -> Decision:
    outcome = verdict.outcome
    decision = Decision(
        case_id=case.id,
        batch_id=batch.id,
        subject_id=case.subject_id,
        outcome=outcome.value,
        by_id=by.id,
        rule_id=verdict.rule.id if verdict.rule and outcome is not Outcome.NOTHING else None,
        quote=verdict.quote,
        reason=verdict.reason,
        gravity=verdict.gravity,
        until=verdict.until if outcome is Outcome.SUSPENSION else None,
        hides=outcome is Outcome.HIDE or (outcome.may_hide and verdict.hides),
        decided_at=batch.decided_at,
    )
    db.session.add(decision)
    if case.claimed_by_id is None:
        case.claimed_by_id, case.claimed_at = by.id, batch.decided_at
    case.closed_at = batch.decided_at
    if decision.hides and verdict.rule:
        targets.hide(targets.of(case), verdict.rule.key)
    return decision


def _bar(decisions: Sequence[Decision]) -> None:
    """The sanction, once for each person."""
    barred = {decision.subject_id: decision for decision in decisions if Outcome(decision.outcome).bars}
    for person_id, decision in sorted(barred.items(), key=lambda item: item[0] or 0):
        sanctions.bar(db.session.get_one(Person, person_id), decision.until)


def _tell(batch: DecisionBatch, decisions: Sequence[Decision], by: Person) -> None:
    """One event for each author and one for the reporters of each case; one line of the log for each decision."""
    by_author: dict[int, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.subject_id is not None and decision.outcome != Outcome.NOTHING:
            by_author[decision.subject_id].append(decision)
        log.write(by=by, action="case_decided", thing="moderation_case", thing_id=decision.case_id, before={},
                  after=_facts(decision), why=decision.gravity or decision.reason)  # fmt: skip
    for person_id, some in by_author.items():
        recording.record("words_judged", thing="decision", thing_id=some[0].id, by=None,
                         person_id=person_id, outcome=some[0].outcome, many=len(some),
                         until=_as_text(some[0].until))  # fmt: skip
    for case_id in _reported(decisions):
        recording.record("report_answered", thing="moderation_case", thing_id=case_id, by=None,
                         outcome=decisions[0].outcome)  # fmt: skip


def _reported_by(by: Person, decisions: Sequence[Decision]) -> bool:
    """Whether one of the reports that they answered is this person's."""
    numbers = [decision.case_id for decision in decisions]
    mine = select(Report.id).where(Report.reporter_id == by.id, Report.case_id.in_(numbers))
    return db.session.scalar(mine.limit(1)) is not None


def _reported(decisions: Sequence[Decision]) -> list[int]:
    numbers = [decision.case_id for decision in decisions]
    return list(db.session.scalars(select(Report.case_id).where(Report.case_id.in_(numbers)).distinct()))


def _facts(decision: Decision) -> dict[str, object]:
    return {"outcome": decision.outcome, "rule_id": decision.rule_id, "hides": decision.hides,
            "until": _as_text(decision.until), "batch_id": decision.batch_id}  # fmt: skip


def _as_text(until: datetime | None) -> str | None:
    return until.isoformat() if until else None


def _reopen(decision: Decision) -> None:
    """What somebody reported waits again, unless a newer case about the same thing is open already."""
    case = cases.locked(decision.case_id)
    if case.id in _reported([decision]) and not cases.is_open_for(targets.of(case)):
        case.closed_at = None
