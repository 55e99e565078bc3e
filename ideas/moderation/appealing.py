"""Appeal against a decision, and answer an appeal. One appeal per decision; another moderator answers it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.moderation import cases, deciding
from ideas.moderation.models import Appeal, AppealOutcome, Case, Decision
from ideas.outbox import recording

#: Of an appeal and of its answer, in characters.
MAX_LENGTH = 5000


class AppealedBefore(Refused):
    """The decision already has an appeal."""

    message = N_("Você já recorreu desta decisão. A resposta aparece aqui e nas suas notificações.")


class TooLate(Refused):
    """The appeal period has passed, or the decision is no longer in force."""

    message = N_("O prazo para recorrer desta decisão terminou.")


class YourOwnDecision(NotAllowed):
    """A moderator does not answer appeals against their own decision, about their own text or their own report."""

    message = N_("Você tomou esta decisão, ou o texto é seu: outra pessoa da moderação responde ao recurso.")


class AnsweredBefore(Refused):
    """The appeal already has an answer."""

    message = N_("Este recurso já foi respondido.")


def appeal(decision: Decision, words: str, *, by: Person) -> Appeal:
    """Insert an appeal by the author of the text. Suspended people may appeal.

    Raises AppealedBefore, TooLate; Missing if the decision is not about `by`.
    """
    if decision.subject_id != by.id:
        raise Missing
    db.session.refresh(decision, ["ended_at"], with_for_update={"key_share": True})
    if appeal_against(decision) is not None:
        raise AppealedBefore
    if not decision.can_be_appealed:
        raise TooLate
    created = Appeal(decision_id=decision.id, decided_first_by_id=decision.by_id, by_id=by.id, words=words)
    db.session.add(created)
    db.session.flush()
    recording.record("decision_appealed", thing="moderation_case", thing_id=decision.case_id, by=None)
    return created


def answer(appeal: Appeal, outcome: AppealOutcome, words: str, *, by: Person) -> None:
    """Uphold the decision, or reverse it: show the text again, lift the sanction, and clear the record.

    Raises YourOwnDecision, AnsweredBefore.
    """
    db.session.refresh(appeal, ["answered_at"], with_for_update={"key_share": True})
    if not appeal.is_open:
        raise AnsweredBefore
    decision = db.session.get_one(Decision, appeal.decision_id, with_for_update={"key_share": True})
    own = by.id in {appeal.decided_first_by_id, appeal.by_id}
    if own or cases.was_reported_by(db.session.get_one(Case, decision.case_id), by):
        raise YourOwnDecision
    appeal.outcome, appeal.answer = outcome.value, words
    appeal.answered_by_id, appeal.answered_at = by.id, clock.now()
    if outcome is AppealOutcome.REVERSED and decision.in_force:
        deciding.revoke(decision)
    facts = {"person_id": appeal.by_id, "outcome": outcome.value}
    recording.record("appeal_answered", thing="decision", thing_id=decision.id, by=None, **facts)
    log.write(by=by, action="appeal_answered", thing="decision", thing_id=decision.id,
              before={"outcome": decision.outcome}, after={"outcome": outcome.value}, why=words)  # fmt: skip


def appeal_against(decision: Decision) -> Appeal | None:
    """The appeal against a decision with the moderator who answered it, or None."""
    query = select(Appeal).where(Appeal.decision_id == decision.id).options(joinedload(Appeal.answered_by))
    return db.session.scalar(query)
