"""The ideas that wait for a manager: of the products they answer for, filtered, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from ideas import clock, sql
from ideas.accounts.models import Person
from ideas.board.models import Follow, Idea, Level, Status
from ideas.db import db
from ideas.products.models import Module, Product
from ideas.triage.models import IdeaOwner, IdeaTag, Tag

SIZE = 25


class Box(StrEnum):
    """Which ideas wait."""

    UNANSWERED = "sem-resposta"
    MINE = "comigo"
    OPEN = "abertas"
    ALL = "todas"


class Order(StrEnum):
    """Which come first."""

    OLDEST = "antigas"
    NEWEST = "recentes"
    MOST = "votadas"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a manager looks for among the ideas of their products."""

    products: frozenset[int]
    manager_id: int
    box: Box = Box.UNANSWERED
    order: Order = Order.OLDEST
    product: str | None = None
    module: str | None = None
    status: str | None = None
    #: At least so many days without an answer.
    days: int | None = None
    tag: str | None = None


class Row(NamedTuple):
    """One idea of the inbox, and who takes care of it."""

    idea: Idea
    owner: Person | None


Place = tuple[datetime | int, int]


def rows(sought: Sought, after: Place | None = None) -> Sequence[Row]:
    """A page of the ideas, and one more: one statement."""
    asked = (
        select(Idea, Person)
        .outerjoin(IdeaOwner, IdeaOwner.idea_id == Idea.id)
        .outerjoin(Person, Person.id == IdeaOwner.owner_id)
        .where(*_conditions(sought))
        .options(joinedload(Idea.status, innerjoin=True), joinedload(Idea.product, innerjoin=True))
        .options(joinedload(Idea.module), joinedload(Idea.author), joinedload(Idea.company))
    )
    asked = _page(asked, sought.order, after)
    return [Row(idea, owner) for idea, owner in db.session.execute(asked.limit(SIZE + 1))]


def place_of(row: Row, order: Order) -> tuple[datetime | int, int]:
    """Where the row stands in the ordering: what its page's cursor is made of."""
    return (row.idea.total_count if order is Order.MOST else row.idea.published_at), row.idea.id


def unanswered_count(sought: Sought) -> int:
    """How many ideas wait for a first answer, up to a hundred."""
    waiting = select(Idea.id).where(*_listed(sought), *_box(Box.UNANSWERED, sought)).limit(100)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def followers_of(numbers: Sequence[int]) -> int:
    """How many people follow these ideas' sets, each once."""
    people = select(func.count(Follow.person_id.distinct())).join(Idea, Idea.id == Follow.idea_id)
    hears = or_(Follow.level.is_(None), Follow.level != Level.NOTHING)
    return db.session.scalar(people.where(Idea.root_id.in_(numbers), hears)) or 0


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found = [*_listed(sought), *_box(sought.box, sought)]
    if sought.product:
        found.append(Idea.product_id.in_(select(Product.id).where(Product.key == sought.product)))
    if sought.module:
        found.append(Idea.module_id.in_(select(Module.id).where(Module.key == sought.module)))
    if sought.status:
        found.append(Idea.status_key == sought.status)
    if sought.days:
        last = clock.now() - timedelta(days=sought.days)
        found.append(or_(Idea.answered_at < last, and_(Idea.answered_at.is_(None), Idea.published_at < last)))
    if sought.tag:
        tagged = select(IdeaTag.idea_id).join(Tag, Tag.id == IdeaTag.tag_id).where(Tag.key == sought.tag)
        found.append(Idea.id.in_(tagged))
    return found


def _listed(sought: Sought) -> list[ColumnElement[bool]]:
    """What the board lists, of the manager's products."""
    return [Idea.is_listed.expression, Idea.product_id.in_(sought.products)]


def _box(box: Box, sought: Sought) -> list[ColumnElement[bool]]:
    still_open = Idea.status_key.in_(select(Status.key).where(Status.phase == "open"))
    if box is Box.UNANSWERED:
        return [Idea.answered_at.is_(None), still_open]
    if box is Box.MINE:
        return [IdeaOwner.owner_id == sought.manager_id, still_open]
    return [still_open] if box is Box.OPEN else []


def _page(asked: Select[Idea, Person], order: Order, after: Place | None) -> Select[Idea, Person]:
    """The ideas after the cursor, in the ordering."""
    column: InstrumentedAttribute[Any] = Idea.total_count if order is Order.MOST else Idea.published_at
    oldest_first = order is Order.OLDEST
    if after is not None:
        asked = asked.where(or_(*sql.after(column, Idea.id, after, ascending=oldest_first)))
    if oldest_first:
        return asked.order_by(column.asc(), Idea.id.asc())
    return asked.order_by(column.desc(), Idea.id.desc())
