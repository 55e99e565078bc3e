"""The dated steps of an idea: how its status passed, what the vendor answered, what was merged into it and parted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, case, cast, false, func, null, or_, select, true, union_all

from ideas import text
from ideas.accounts.models import Person
from ideas.board.models import Idea, Merge, OfficialResponse, Status, StatusChange
from ideas.db import db

#: PostgreSQL takes a union's bare NULLs for text.
_NONE = cast(null(), Integer)


class Other(NamedTuple):
    """The idea at the other end of a merge."""

    id: int
    title: str
    language: str
    in_sight: bool

    @property
    def slug(self) -> str:
        return text.slug(self.title)


@dataclass(frozen=True)
class Step:
    """One step: a change of status, a response, or both; a merge, or its undoing; with none, that it was published."""

    at: datetime
    by: Person | None = None
    change: StatusChange | None = None
    status: Status | None = None
    response: OfficialResponse | None = None
    merge: Merge | None = None
    other: Other | None = None
    #: Whether the step is the merge's undoing.
    undone: bool = False
    #: The number of the duplicate to which the response was given.
    origin: int | None = None


def steps(idea: Idea) -> list[Step]:
    """Every step of a canonical idea, newest first and its publishing last: one statement.

    Of the ideas merged into it: that they were, and what the vendor had answered to them.
    """
    step = union_all(*_changes(idea), *_merges(idea)).subquery()
    end = case((Merge.duplicate_id == idea.id, Merge.into_id), else_=Merge.duplicate_id)
    doer = func.coalesce(
        StatusChange.by_id, OfficialResponse.by_id, case((step.c.undone, Merge.undone_by_id), else_=Merge.by_id)
    )
    in_sight = and_(Idea.hidden_at.is_(None), Idea.held_at.is_(None), Idea.withdrawn_at.is_(None))
    rows = db.session.execute(
        select(step.c.at, Person, StatusChange, Status, OfficialResponse, Merge, step.c.undone,
               Idea.id, Idea.title, Idea.language, in_sight)
        .select_from(step)
        .outerjoin(StatusChange, StatusChange.id == step.c.change_id)
        .outerjoin(OfficialResponse, OfficialResponse.id == step.c.response_id)
        .outerjoin(Merge, Merge.id == step.c.merge_id)
        .outerjoin(Status, Status.key == StatusChange.to_key)
        .outerjoin(Idea, Idea.id == end)
        .outerjoin(Person, Person.id == doer)
        .order_by(step.c.at.desc(), func.coalesce(step.c.change_id, 0).desc(), step.c.response_id.desc())
    )  # fmt: skip
    return [_step(idea, tuple(row)) for row in rows] + [Step(idea.published_at)]


def standing_among(steps: Sequence[Step]) -> Step | None:
    """The step that gave the newest official response to the idea itself."""
    answered = [step for step in steps if step.response is not None and step.origin is None]
    return max(answered, key=lambda step: step.response.id if step.response else 0, default=None)


def merged_among(steps: Sequence[Step]) -> list[Other]:
    """The ideas that were merged into it and still are, newest first; those out of sight are left out."""
    brought = [step for step in steps if step.merge and step.merge.stands and not step.undone]
    return [step.other for step in brought if step.other and step.other.in_sight]


def _step(idea: Idea, row: Sequence[Any]) -> Step:
    at, by, change, status, response, merge, undone, *other = row
    origin = response.idea_id if response and response.idea_id != idea.id else None
    return Step(at, by, change, status, response, merge, Other(*other) if merge else None, bool(undone), origin)


def _changes(idea: Idea) -> list[Any]:
    answered = select(StatusChange.response_id).where(
        StatusChange.idea_id == idea.id, StatusChange.response_id.is_not(None)
    )
    changes = select(
        StatusChange.id.label("change_id"), StatusChange.response_id.label("response_id"),
        StatusChange.at.label("at"), _NONE.label("merge_id"), false().label("undone"),
    ).where(StatusChange.idea_id == idea.id, StatusChange.undone_at.is_(None))  # fmt: skip
    given = select(_NONE, OfficialResponse.id, OfficialResponse.at, _NONE, false()).where(
        OfficialResponse.undone_at.is_(None)
    )
    alone = given.where(OfficialResponse.idea_id == idea.id, OfficialResponse.id.not_in(answered))
    elsewhere = given.where(OfficialResponse.idea_id.in_(_others(idea, in_sight=True)))
    return [changes, alone, elsewhere]


def _merges(idea: Idea) -> list[Any]:
    """Merges into any idea of the set, and those of the idea itself, all undone by now."""
    concerned = or_(Merge.duplicate_id == idea.id, Merge.into_id == idea.id, Merge.into_id.in_(_others(idea)))
    brought = select(_NONE, _NONE, Merge.at, Merge.id, false()).where(concerned)
    parted = select(_NONE, _NONE, Merge.undone_at, Merge.id, true()).where(concerned, Merge.undone_at.is_not(None))
    return [brought, parted]


def _others(idea: Idea, *, in_sight: bool = False) -> Select[int]:
    others = (Idea.visible_to(None) if in_sight else select(Idea)).with_only_columns(Idea.id)
    return others.where(Idea.root_id == idea.id, Idea.id != idea.id)
