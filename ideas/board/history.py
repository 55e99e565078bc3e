"""The dated steps of an idea: how its status passed, what the vendor answered, what was merged into it and parted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Integer, Select, and_, bindparam, case, cast, false, func, null, or_, select, true, union_all

from ideas import text
from ideas.accounts.models import Author, Person
from ideas.board.detail import Reading
from ideas.board.models import Idea, Merge, OfficialResponse, Status, StatusChange
from ideas.db import rows
from ideas.products.models import Label
from ideas.statements import statement

#: Where the idea's number comes into the statement.
_IDEA = bindparam("idea", type_=Integer)
#: PostgreSQL takes a union's bare NULLs for text.
_NONE = cast(null(), Integer)

Thing = TypeVar("Thing")


class Change(NamedTuple):
    """How the status passed: the columns of a StatusChange."""

    from_key: str
    to_key: str
    reason: str | None
    target: str | None


class Response(NamedTuple):
    """What the vendor answered: the columns of an OfficialResponse."""

    id: int
    idea_id: int
    text: str
    language: str
    link: str | None
    at: datetime


class Joining(NamedTuple):
    """That a duplicate was brought to another idea: the columns of a Merge."""

    duplicate_id: int
    votes: int
    undone_at: datetime | None


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
    #: Whether the step is the merge's undoing.
    undone: bool = False
    by: Author | None = None
    change: Change | None = None
    status: Label | None = None
    response: Response | None = None
    merge: Joining | None = None
    other: Other | None = None
    #: The number of the duplicate to which the response was given.
    origin: int | None = None


def steps(idea: Idea | Reading) -> list[Step]:
    """Every step of a canonical idea, newest first and its publishing last: one statement.

    Of the ideas merged into it: that they were, and what the vendor had answered to them.
    """
    return [_step(idea, row) for row in rows(_steps(), idea=idea.id)] + [Step(idea.published_at)]


def standing_among(steps: Sequence[Step]) -> Step | None:
    """The step that gave the newest official response to the idea itself."""
    answered = [step for step in steps if step.response is not None and step.origin is None]
    return max(answered, key=lambda step: step.response.id if step.response else 0, default=None)


def merged_among(steps: Sequence[Step]) -> list[Other]:
    """The ideas that were merged into it and still are, newest first; those out of sight are left out."""
    brought = [step for step in steps if step.merge and step.merge.undone_at is None]
    return [step.other for step in brought if step.other and step.other.in_sight]


def _step(idea: Idea | Reading, row: Sequence[Any]) -> Step:
    response, merge = _some(Response, row[10:16]), _some(Joining, row[16:19])
    return Step(
        at=row[0],
        undone=bool(row[1]),
        by=_some(Author, row[2:6]),
        change=_some(Change, row[6:10]),
        status=_some(Label, row[19:23]),
        response=response,
        merge=merge,
        other=_some(Other, row[23:27]) if merge else None,
        origin=response.idea_id if response and response.idea_id != idea.id else None,
    )


def _some(kind: Callable[..., Thing], columns: Sequence[Any]) -> Thing | None:
    """What the columns say, unless the outer join found nothing."""
    return None if columns[0] is None else kind(*columns)


@statement
def _steps() -> Select[Any]:
    """`_step` reads its rows."""
    step = union_all(*_changes(), *_merges()).subquery()
    end = case((Merge.duplicate_id == _IDEA, Merge.into_id), else_=Merge.duplicate_id)
    doer = func.coalesce(
        StatusChange.by_id, OfficialResponse.by_id, case((step.c.undone, Merge.undone_by_id), else_=Merge.by_id)
    )
    in_sight = and_(Idea.hidden_at.is_(None), Idea.held_at.is_(None), Idea.withdrawn_at.is_(None))
    change, response = StatusChange, OfficialResponse
    return (
        select(
            step.c.at, step.c.undone,
            Person.id, Person.name, Person.photo_id, Person.closed_at,
            change.from_key, change.to_key, change.reason, change.target,
            response.id, response.idea_id, response.text, response.language, response.link, response.at,
            Merge.duplicate_id, Merge.votes, Merge.undone_at,
            Status.key, Status.name_pt, Status.name_es, Status.name_en,
            Idea.id, Idea.title, Idea.language, in_sight,
        )
        .select_from(step)
        .outerjoin(StatusChange, StatusChange.id == step.c.change_id)
        .outerjoin(OfficialResponse, OfficialResponse.id == step.c.response_id)
        .outerjoin(Merge, Merge.id == step.c.merge_id)
        .outerjoin(Status, Status.key == StatusChange.to_key)
        .outerjoin(Idea, Idea.id == end)
        .outerjoin(Person, Person.id == doer)
        .order_by(step.c.at.desc(), func.coalesce(step.c.change_id, 0).desc(), step.c.response_id.desc())
    )  # fmt: skip


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
    elsewhere = given.where(OfficialResponse.idea_id.in_(_others(in_sight=True)))
    return [changes, alone, elsewhere]


def _merges() -> list[Any]:
    """Merges into any idea of the set, and those of the idea itself, all undone by now."""
    concerned = or_(Merge.duplicate_id == _IDEA, Merge.into_id == _IDEA, Merge.into_id.in_(_others()))
    brought = select(_NONE, _NONE, Merge.at, Merge.id, false()).where(concerned)
    parted = select(_NONE, _NONE, Merge.undone_at, Merge.id, true()).where(concerned, Merge.undone_at.is_not(None))
    return [brought, parted]


def _others(*, in_sight: bool = False) -> Select[int]:
    others = (Idea.visible_to(None) if in_sight else select(Idea)).with_only_columns(Idea.id)
    return others.where(Idea.root_id == _IDEA, Idea.id != _IDEA)
