"""One status for many ideas at once, and its undo right after. What can't take the step is left out, and said."""

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

#: The most ideas of one act.
MOST = 100


class NobodyChanged(Refused):
    """No chosen idea can take the step."""

    message = N_("Nenhuma das ideias escolhidas pode passar para esta situação.")


class TooManyIdeas(Refused):
    message = N_("São muitas de uma vez: escolha no máximo %(most)d ideias.")
    status = 422


class UndoneBefore(Refused):
    message = N_("Esta mudança já foi desfeita.")


class Left(NamedTuple):
    """An idea that can't take the step, and why."""

    idea: Idea
    refusal: Refused


class Changed(NamedTuple):
    """What one act did, and what it left out."""

    batch: StatusBatch
    ideas: Sequence[Idea]
    left: Sequence[Left]


def change(ideas: Sequence[Idea], decision: Decision, *, by: Person) -> Changed:
    """Take the same step with all of these ideas. Raises TooManyIdeas, NobodyChanged."""
    if len(ideas) > MOST:
        raise TooManyIdeas(most=MOST)
    batch = StatusBatch(by_id=by.id)
    db.session.add(batch)
    db.session.flush()
    done: list[Idea] = []
    left: list[Left] = []
    for idea in sorted(ideas, key=lambda one: one.id):
        try:
            _change(idea, decision, batch, by)
        except (NotDecided, Missing) as refusal:
            left.append(Left(idea, refusal))
        else:
            done.append(idea)
    if not done:
        raise NobodyChanged
    return Changed(batch, done, left)


def undo(batch: StatusBatch, *, by: Person) -> int:
    """Take the act back; how many ideas were decided on since and stay as they are. Raises UndoneBefore."""
    db.session.refresh(batch, ["undone_at"], with_for_update={"key_share": True})
    if batch.undone_at is not None:
        raise UndoneBefore
    batch.undone_at = clock.now()
    return sum(not undoing.undo(change, step.before, by=by) for step, change in _steps(batch))


def steps_of(batch: StatusBatch) -> Sequence[tuple[StatusBatchStep, Idea]]:
    """What the act did, idea by idea."""
    rows = select(StatusBatchStep, Idea).join(Idea, Idea.id == StatusBatchStep.idea_id)
    return db.session.execute(rows.where(StatusBatchStep.batch_id == batch.id).order_by(Idea.id)).all()


def _change(idea: Idea, decision: Decision, batch: StatusBatch, by: Person) -> None:
    before = undoing.state_before(idea)
    decided = deciding.decide(idea, decision, by=by)
    if decided.change is None:
        raise deciding.NoSuchStep
    db.session.add(StatusBatchStep(batch_id=batch.id, idea_id=idea.id, change_id=decided.change.id, before=before))
    db.session.flush()


def _steps(batch: StatusBatch) -> Sequence[tuple[StatusBatchStep, StatusChange]]:
    rows = select(StatusBatchStep, StatusChange).join(StatusChange, StatusChange.id == StatusBatchStep.change_id)
    return db.session.execute(rows.where(StatusBatchStep.batch_id == batch.id).order_by(StatusBatchStep.idea_id)).all()
