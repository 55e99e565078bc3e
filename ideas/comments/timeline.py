"""The timeline of an idea: its comments and steps in one list, newest first, in pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Integer, Select, and_, bindparam, func, or_, select, union_all

from ideas import sql
from ideas.accounts.models import Author, Person
from ideas.board.history import HistoryStep
from ideas.board.models import GroupMember, Idea, StatusChange
from ideas.comments.models import Comment
from ideas.companies.models import Company
from ideas.db import UtcDateTime, rows
from ideas.read_models import columns, read, read_model
from ideas.statements import statement

#: Comments on one page.
PAGE = 50
#: The id of the reader, in the statements.
_READER: BindParameter[int | None] = bindparam("reader", type_=Integer)


@read_model
class CommentDetail:
    """A comment as the timeline shows it."""

    id: int
    idea_id: int
    text: str
    language: str
    created_at: datetime
    hidden_at: datetime | None
    held_at: datetime | None
    #: The company it was written for; None for staff.
    company_id: int | None
    company: str | None
    author: Author


@dataclass(frozen=True)
class Viewer:
    """The reader; moderators see hidden comments too."""

    person: Person | None = None
    is_moderator: bool = False

    @property
    def id(self) -> int | None:
        """The person's id; None for a visitor."""
        return self.person.id if self.person else None


class TimelineCursor(NamedTuple):
    """The last comment of the previous page."""

    at: datetime
    id: int


class TimelineEntry(NamedTuple):
    """An entry of the timeline: a comment or a step."""

    at: datetime
    comment: CommentDetail | None = None
    step: HistoryStep | None = None

    @property
    def by_id(self) -> int | None:
        """The id of the person who wrote or did it."""
        if self.comment is not None:
            return self.comment.author.id
        return self.step.by.id if self.step and self.step.by else None


@dataclass(frozen=True)
class Timeline:
    """A page of the timeline, newest first, and the cursor of the next page if there is one."""

    entries: Sequence[TimelineEntry]
    next: TimelineCursor | None = None


def page(
    idea: GroupMember, steps: Sequence[HistoryStep], viewer: Viewer, before: TimelineCursor | None = None
) -> Timeline:
    """Return a page of the timeline: the comments of the idea's set, and the steps among them. One statement."""
    asked: dict[str, Any] = {"root": idea.root_id, "reader": viewer.id, "most": PAGE + 1}
    if before is not None:
        asked |= {"before": before.at, "number": before.id}
    comments = read(CommentDetail, rows(_comments(viewer.is_moderator, before is not None), **asked))
    shown = comments[:PAGE]
    last = TimelineCursor(shown[-1].created_at, shown[-1].id) if len(comments) > PAGE else None
    # A step at the same moment as a page's last comment belongs to that page.
    among = [step for step in steps if (last is None or step.at >= last.at) and (before is None or step.at < before.at)]
    entries = [TimelineEntry(comment.created_at, comment=comment) for comment in shown]
    entries += [TimelineEntry(step.at, step=step) for step in among]
    return Timeline(sorted(entries, key=lambda entry: entry.at, reverse=True), last)


def news(seen: Mapping[int, datetime], reader: Person) -> Counter[int]:
    """Count what others wrote or did on these canonical ideas since the reader last saw them. One statement."""
    if not seen:
        return Counter()
    said: Any = select(Idea.root_id, func.count()).join(Comment, Comment.idea_id == Idea.id)
    said = said.where(Comment.in_sight, Comment.author_id != reader.id)
    stepped: Any = select(Idea.root_id, func.count()).join(StatusChange, StatusChange.idea_id == Idea.id)
    legs = [_since(said, Comment.created_at, seen), _since(stepped, StatusChange.at, seen)]
    found: Counter[int] = Counter()
    for root, number in rows(union_all(*legs)):
        found[root] += number
    return found


def _since(rows: Select[Any], at: Any, seen: Mapping[int, datetime]) -> Select[Any]:
    return rows.where(or_(*(and_(Idea.root_id == root, at > when) for root, when in seen.items()))).group_by(
        Idea.root_id
    )


def comment_of(number: int, viewer: Viewer) -> CommentDetail | None:
    """Return one comment if the viewer may see it."""
    found = rows(_visible(viewer.is_moderator).where(Comment.id == number), reader=viewer.id)
    return next(iter(read(CommentDetail, found)), None)


@statement(each=((False, False), (False, True), (True, False), (True, True)))
def _comments(moderator: bool, paged: bool) -> Select[Any]:
    """Select the comments of an idea's set, except those of a duplicate that the reader may not see.

    A join instead of `idea_id IN (…)`: with that, SQLite may read all comments by date.
    """
    among = _visible(moderator).join(Idea, Idea.id == Comment.idea_id).where(Idea.root_id == bindparam("root"))
    if not moderator:
        among = among.where(Idea.is_visible_to(_READER))
    if paged:
        before = bindparam("before", type_=UtcDateTime)
        among = among.where(or_(*sql.after(Comment.created_at, Comment.id, (before, bindparam("number")))))
    return among.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(bindparam("most"))


def _visible(moderator: bool) -> Select[Any]:
    """Select the comments that the reader may see."""
    shown = select(*columns(CommentDetail, Comment, company=Company.name, author=Person)).join(
        Person, Person.id == Comment.author_id
    )
    shown = shown.outerjoin(Company, Company.id == Comment.company_id)
    return shown if moderator else shown.where(Comment.is_visible_to(_READER))
