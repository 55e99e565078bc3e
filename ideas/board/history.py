"""The dated steps of an idea: how its status passed, and what the vendor answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, null, select, union_all

from ideas.accounts.models import Person
from ideas.board.models import Idea, OfficialResponse, Status, StatusChange
from ideas.db import db


@dataclass(frozen=True)
class Step:
    """One step: a change of status, a response, or both; with neither, that the idea was published."""

    at: datetime
    by: Person | None = None
    change: StatusChange | None = None
    status: Status | None = None
    response: OfficialResponse | None = None


def steps(idea: Idea) -> list[Step]:
    """Every step of an idea, newest first and its publishing last: one statement."""
    answered = select(StatusChange.response_id).where(
        StatusChange.idea_id == idea.id, StatusChange.response_id.is_not(None)
    )
    changes = select(
        StatusChange.id.label("change_id"), StatusChange.response_id.label("response_id"), StatusChange.at.label("at")
    ).where(StatusChange.idea_id == idea.id)
    alone = select(null(), OfficialResponse.id, OfficialResponse.at).where(
        OfficialResponse.idea_id == idea.id, OfficialResponse.id.not_in(answered)
    )
    step = union_all(changes, alone).subquery()
    rows = db.session.execute(
        select(step.c.at, Person, StatusChange, Status, OfficialResponse)
        .select_from(step)
        .outerjoin(StatusChange, StatusChange.id == step.c.change_id)
        .outerjoin(OfficialResponse, OfficialResponse.id == step.c.response_id)
        .outerjoin(Status, Status.key == StatusChange.to_key)
        .outerjoin(Person, Person.id == func.coalesce(StatusChange.by_id, OfficialResponse.by_id))
        .order_by(step.c.at.desc(), func.coalesce(step.c.change_id, 0).desc(), step.c.response_id.desc())
    )
    return [Step(*row) for row in rows] + [Step(idea.published_at)]


def standing_among(steps: Sequence[Step]) -> Step | None:
    """The step that gave the newest official response."""
    answered = [step for step in steps if step.response is not None]
    return max(answered, key=lambda step: step.response.id if step.response else 0, default=None)
