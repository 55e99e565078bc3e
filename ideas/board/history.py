"""The dated steps of an idea: changes of status, official responses, merges and separations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, cast, false, func, null, or_, select, true, union_all

from ideas.accounts.models import Author, Person
from ideas.board.detail import IdeaDetail
from ideas.board.links import IdeaLink
from ideas.board.models import Idea, Merge, OfficialResponse, Status, StatusChange
from ideas.db import rows
from ideas.products.models import Label
from ideas.read_models import columns, read, read_model
from ideas.statements import statement

#: The id of the idea, in the statement.
_IDEA = bindparam("idea", type_=Integer)
#: PostgreSQL takes the bare NULLs of a union for text.
_NONE = cast(null(), Integer)


@read_model
class ChangeRecord:
    """A change of status: the columns of a StatusChange."""

    from_key: str
    to_key: str
    reason: str | None
    target: str | None


@read_model
class Response:
    """An official response: the columns of an OfficialResponse."""

    id: int
    idea_id: int
    text: str
    language: str
    link: str | None
    at: datetime


@read_model
class MergeRecord:
    """A merge of a duplicate into another idea: the columns of a Merge."""

    duplicate_id: int
    votes: int
    undone_at: datetime | None


@read_model
class MergedIdea(IdeaLink):
    """The idea at the other end of a merge."""

    in_sight: bool


@read_model
class HistoryStep:
    """One step: a change of status, a response, or both; a merge, or its undoing; with none, the publication."""

    at: datetime
    #: Whether the step undoes the merge.
    undone: bool = False
    by: Author | None = None
    change: ChangeRecord | None = None
    #: The status that the change leads to.
    status: Label | None = None
    response: Response | None = None
    merge: MergeRecord | None = None
    other: MergedIdea | None = None
    #: The id of the duplicate to which the response was given.
    origin: int | None = None


def steps(idea: Idea | IdeaDetail) -> list[HistoryStep]:
    """Return every step of a canonical idea, newest first, its publication last. One statement.

    For ideas merged into it: the merges, and the official responses they had.
    """
    return [*read(HistoryStep, rows(_steps(), idea=idea.id)), HistoryStep(idea.published_at)]


def current_answer(steps: Sequence[HistoryStep]) -> HistoryStep | None:
    """Return the step with the newest official response to the idea itself."""
    answered = [step for step in steps if step.response is not None and step.origin is None]
    return max(answered, key=lambda step: step.response.id if step.response else 0, default=None)


def merged_among(steps: Sequence[HistoryStep]) -> list[MergedIdea]:
    """Return the ideas that are merged into it and in sight, newest merge first."""
    merged = [step for step in steps if step.merge and step.merge.undone_at is None]
    return [step.other for step in merged if step.other and step.other.in_sight]


@statement
def _steps() -> Select[Any]:
    step = union_all(*_changes(), *_merges()).subquery()
    other_end = case((Merge.duplicate_id == _IDEA, Merge.into_id), else_=Merge.duplicate_id)
    by_id = func.coalesce(
        StatusChange.by_id, OfficialResponse.by_id, case((step.c.undone, Merge.undone_by_id), else_=Merge.by_id)
    )
    origin = case((OfficialResponse.idea_id != _IDEA, OfficialResponse.idea_id))
    sources = {"by": Person, "change": StatusChange, "status": Status, "response": OfficialResponse,
               "merge": Merge, "other": Idea, "origin": origin}  # fmt: skip
    return (
        select(*columns(HistoryStep, step.c, **sources))
        .select_from(step)
        .outerjoin(StatusChange, StatusChange.id == step.c.change_id)
        .outerjoin(OfficialResponse, OfficialResponse.id == step.c.response_id)
        .outerjoin(Merge, Merge.id == step.c.merge_id)
        .outerjoin(Status, Status.key == StatusChange.to_key)
        .outerjoin(Idea, Idea.id == other_end)
        .outerjoin(Person, Person.id == by_id)
        .order_by(step.c.at.desc(), func.coalesce(step.c.change_id, 0).desc(), step.c.response_id.desc())
    )


def _changes() -> list[Any]:
    answered = select(StatusChange.response_id).where(
        StatusChange.idea_id == _IDEA, StatusChange.response_id.is_not(None)
    )
    changes = select(
        StatusChange.id.label("change_id"), StatusChange.response_id.label("response_id"),
        StatusChange.at.label("at"), _NONE.label("merge_id"), false().label("undone"),
    ).where(StatusChange.idea_id == _IDEA, StatusChange.undone_at.is_(None))  # fmt: skip
    given = select(_NONE, OfficialResponse.id, OfficialResponse.at, _NONE, false()).where(
        OfficialResponse.undone_at.is_(None)
    )
    alone = given.where(OfficialResponse.idea_id == _IDEA, OfficialResponse.id.not_in(answered))
    elsewhere = given.where(OfficialResponse.idea_id.in_(_others().where(Idea.in_sight)))
    return [changes, alone, elsewhere]


def _merges() -> list[Any]:
    """Merges into any idea of the set, and those of the idea itself, which are all undone."""
    concerned = or_(Merge.duplicate_id == _IDEA, Merge.into_id == _IDEA, Merge.into_id.in_(_others()))
    merged = select(_NONE, _NONE, Merge.at, Merge.id, false()).where(concerned)
    separated = select(_NONE, _NONE, Merge.undone_at, Merge.id, true()).where(concerned, Merge.undone_at.is_not(None))
    return [merged, separated]


def _others() -> Select[int]:
    return select(Idea.id).where(Idea.root_id == _IDEA, Idea.id != _IDEA)
