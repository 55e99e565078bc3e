"""Ask for another look at a decision, and give it. One appeal for each, answered by another moderator."""

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.moderation import cases, deciding
from ideas.moderation.models import Appeal, AppealOutcome, Case, Decision
from ideas.outbox import recording

#: The longest appeal, and the longest answer to one, in characters.
LONGEST = 5000


class AppealedBefore(Refused):
    """One appeal per decision."""

    message = N_("Você já recorreu desta decisão. A resposta aparece aqui e nas suas notificações.")


class TooLate(Refused):
    """Thirty days have passed, or the decision no longer stands."""

    message = N_("O prazo para recorrer desta decisão terminou.")


class YourOwnDecision(NotAllowed):
    """Who decided first does not decide again."""

    message = N_("Você tomou esta decisão, ou o texto é seu: outra pessoa da moderação responde ao recurso.")


class AnsweredBefore(Refused):
    """The first answer wins."""

    message = N_("Este recurso já foi respondido.")


def appeal(decision: Decision, words: str, *, by: Person) -> Appeal:
    """The appeal, waiting for another moderator. Suspended people appeal too.

    Raises Missing for whoever the decision is not about, AppealedBefore, TooLate.
    """
    if decision.subject_id != by.id:
        raise Missing
    db.session.refresh(decision, ["ended_at"], with_for_update={"key_share": True})
    if of(decision) is not None:
        raise AppealedBefore
    if not decision.can_be_appealed:
        raise TooLate
    made = Appeal(decision_id=decision.id, decided_first_by_id=decision.by_id, by_id=by.id, words=words)
    db.session.add(made)
    db.session.flush()
    recording.record("decision_appealed", thing="moderation_case", thing_id=decision.case_id, by=None)
    return made


def answer(appeal: Appeal, outcome: AppealOutcome, words: str, *, by: Person) -> None:
    """Uphold the decision, or reverse it: what it hid is shown, whom it barred takes part, and the record is clear.

    Raises YourOwnDecision, AnsweredBefore.
    """
    db.session.refresh(appeal, ["answered_at"], with_for_update={"key_share": True})
    if not appeal.waits:
        raise AnsweredBefore
    decision = db.session.get_one(Decision, appeal.decision_id, with_for_update={"key_share": True})
    own = by.id in {appeal.decided_first_by_id, appeal.by_id}
    if own or cases.was_reported_by(db.session.get_one(Case, decision.case_id), by):
        raise YourOwnDecision
    appeal.outcome, appeal.answer = outcome.value, words
    appeal.answered_by_id, appeal.answered_at = by.id, clock.now()
    if outcome is AppealOutcome.REVERSED and decision.stands:
        deciding.end(decision)
    facts = {"person_id": appeal.by_id, "outcome": outcome.value}
    recording.record("appeal_answered", thing="decision", thing_id=decision.id, by=None, **facts)
    log.write(by=by, action="appeal_answered", thing="decision", thing_id=decision.id,
              before={"outcome": decision.outcome}, after={"outcome": outcome.value}, why=words)  # fmt: skip


def of(decision: Decision) -> Appeal | None:
    """The appeal against a decision, if there is one."""
    return db.session.scalar(select(Appeal).where(Appeal.decision_id == decision.id))
