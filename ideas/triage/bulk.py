"""Change the status of many ideas at once, and undo it. Ideas that cannot change are skipped and reported."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, undoing
from ideas.board.deciding import Decision, NotDecided
from ideas.board.models import Idea, StatusChange
from ideas.db import db
from ideas.errors import N_, Missing, Refused
from ideas.triage.models import StatusBatch, StatusBatchStep

#: Ideas per batch.
MAX_IDEAS = 100


class NothingChanged(Refused):
    """None of the ideas can change to this status."""

    message = N_("Nenhuma das ideias escolhidas pode passar para esta situação.")


class TooManyIdeas(Refused):
    message = N_("São muitas de uma vez: escolha no máximo %(most)d ideias.")
    status = 422


class AlreadyUndone(Refused):
    message = N_("Esta mudança já foi desfeita.")


class SkippedIdea(NamedTuple):
    """An idea that cannot change to the status, and why."""

    idea: Idea
    refusal: Refused


class BatchResult(NamedTuple):
    """A batch with the changed and the skipped ideas."""

    batch: StatusBatch
    ideas: Sequence[Idea]
    skipped: Sequence[SkippedIdea]


def change_status(ideas: Sequence[Idea], decision: Decision, *, by: Person) -> BatchResult:
    """Apply the decision to all of these ideas. Raises TooManyIdeas, NothingChanged."""
    if len(ideas) > MAX_IDEAS:
        raise TooManyIdeas(most=MAX_IDEAS)
    batch = StatusBatch(by_id=by.id)
    db.session.add(batch)
    db.session.flush()
    changed: list[Idea] = []
    skipped: list[SkippedIdea] = []
    for idea in sorted(ideas, key=lambda one: one.id):
        try:
            _change_one(idea, decision, batch, by)
        except (NotDecided, Missing) as refusal:
            skipped.append(SkippedIdea(idea, refusal))
        else:
            changed.append(idea)
    if not changed:
        raise NothingChanged
    return BatchResult(batch, changed, skipped)


def undo(batch: StatusBatch, *, by: Person) -> int:
    """Undo the batch. Return the number of ideas that have a newer decision and stay as they are.

    Raises AlreadyUndone.
    """
    db.session.refresh(batch, ["undone_at"], with_for_update={"key_share": True})
    if batch.undone_at is not None:
        raise AlreadyUndone
    batch.undone_at = clock.now()
    return sum(not undoing.undo(change, step.before, by=by) for step, change in _steps(batch))


def steps_of(batch: StatusBatch) -> Sequence[tuple[StatusChange, Idea]]:
    """What the batch changed: each change with its idea, by id. Later changes and undoing do not affect it."""
    rows = select(StatusChange, Idea).join(StatusBatchStep, StatusBatchStep.change_id == StatusChange.id)
    rows = rows.join(Idea, Idea.id == StatusBatchStep.idea_id)
    return db.session.execute(rows.where(StatusBatchStep.batch_id == batch.id).order_by(Idea.id)).all()


def _change_one(idea: Idea, decision: Decision, batch: StatusBatch, by: Person) -> None:
    before = undoing.state_before(idea)
    decided = deciding.decide(idea, decision, by=by)
    if decided.change is None:
        raise deciding.NoSuchStep
    db.session.add(StatusBatchStep(batch_id=batch.id, idea_id=idea.id, change_id=decided.change.id, before=before))
    db.session.flush()


def _steps(batch: StatusBatch) -> Sequence[tuple[StatusBatchStep, StatusChange]]:
    rows = select(StatusBatchStep, StatusChange).join(StatusChange, StatusChange.id == StatusBatchStep.change_id)
    return db.session.execute(rows.where(StatusBatchStep.batch_id == batch.id).order_by(StatusBatchStep.idea_id)).all()
