"""The ideas of a manager's products, filtered and by page."""

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

PAGE_SIZE = 25


class InboxTab(StrEnum):
    """The tabs of the inbox; the values are those of the address."""

    UNANSWERED = "sem-resposta"
    MINE = "comigo"
    OPEN = "abertas"
    ALL = "todas"


class InboxOrder(StrEnum):
    """The orders of the inbox; the values are those of the address."""

    OLDEST = "antigas"
    NEWEST = "recentes"
    MOST_VOTED = "votadas"


@dataclass(frozen=True, kw_only=True)
class InboxFilters:
    """The filters of the inbox."""

    products: frozenset[int]
    manager_id: int
    tab: InboxTab = InboxTab.UNANSWERED
    order: InboxOrder = InboxOrder.OLDEST
    product: str | None = None
    module: str | None = None
    status: str | None = None
    #: Only ideas without an answer for at least this many days.
    days: int | None = None
    tag: str | None = None


class InboxRow(NamedTuple):
    """An idea of the inbox with its owner."""

    idea: Idea
    owner: Person | None


InboxCursor = tuple[datetime | int, int]


def rows(filters: InboxFilters, after: InboxCursor | None = None) -> Sequence[InboxRow]:
    """A page of the ideas: at most PAGE_SIZE + 1, one statement."""
    query = (
        select(Idea, Person)
        .outerjoin(IdeaOwner, IdeaOwner.idea_id == Idea.id)
        .outerjoin(Person, Person.id == IdeaOwner.owner_id)
        .where(*_conditions(filters))
        .options(joinedload(Idea.status, innerjoin=True), joinedload(Idea.product, innerjoin=True))
        .options(joinedload(Idea.module), joinedload(Idea.author), joinedload(Idea.company))
    )
    query = _page(query, filters.order, after)
    return [InboxRow(idea, owner) for idea, owner in db.session.execute(query.limit(PAGE_SIZE + 1))]


def cursor_of(row: InboxRow, order: InboxOrder) -> tuple[datetime | int, int]:
    """The cursor of a row in this order."""
    return (row.idea.total_count if order is InboxOrder.MOST_VOTED else row.idea.published_at), row.idea.id


def unanswered_count(filters: InboxFilters) -> int:
    """The number of ideas without a first answer, at most 100."""
    waiting = select(Idea.id).where(*_listed(filters), *_tab_conditions(InboxTab.UNANSWERED, filters)).limit(100)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def follower_count(idea_ids: Sequence[int]) -> int:
    """The number of people who follow these ideas, each counted once."""
    people = select(func.count(Follow.person_id.distinct())).join(Idea, Idea.id == Follow.idea_id)
    wants_notifications = or_(Follow.level.is_(None), Follow.level != Level.NOTHING)
    return db.session.scalar(people.where(Idea.root_id.in_(idea_ids), wants_notifications)) or 0


def _conditions(filters: InboxFilters) -> list[ColumnElement[bool]]:
    conditions = [*_listed(filters), *_tab_conditions(filters.tab, filters)]
    if filters.product:
        conditions.append(Idea.product_id.in_(select(Product.id).where(Product.key == filters.product)))
    if filters.module:
        conditions.append(Idea.module_id.in_(select(Module.id).where(Module.key == filters.module)))
    if filters.status:
        conditions.append(Idea.status_key == filters.status)
    if filters.days:
        answered_before = clock.now() - timedelta(days=filters.days)
        conditions.append(
            or_(
                Idea.answered_at < answered_before,
                and_(Idea.answered_at.is_(None), Idea.published_at < answered_before),
            )
        )
    if filters.tag:
        tagged = select(IdeaTag.idea_id).join(Tag, Tag.id == IdeaTag.tag_id).where(Tag.key == filters.tag)
        conditions.append(Idea.id.in_(tagged))
    return conditions


def _listed(filters: InboxFilters) -> list[ColumnElement[bool]]:
    """Conditions: listed on the board, and of the manager's products."""
    return [Idea.is_listed.expression, Idea.product_id.in_(filters.products)]


def _tab_conditions(tab: InboxTab, filters: InboxFilters) -> list[ColumnElement[bool]]:
    still_open = Idea.status_key.in_(select(Status.key).where(Status.phase == "open"))
    if tab is InboxTab.UNANSWERED:
        return [Idea.answered_at.is_(None), still_open]
    if tab is InboxTab.MINE:
        return [IdeaOwner.owner_id == filters.manager_id, still_open]
    return [still_open] if tab is InboxTab.OPEN else []


def _page(query: Select[Idea, Person], order: InboxOrder, after: InboxCursor | None) -> Select[Idea, Person]:
    """The ideas after the cursor, in the ordering."""
    column: InstrumentedAttribute[Any] = Idea.total_count if order is InboxOrder.MOST_VOTED else Idea.published_at
    oldest_first = order is InboxOrder.OLDEST
    if after is not None:
        query = query.where(or_(*sql.after(column, Idea.id, after, ascending=oldest_first)))
    if oldest_first:
        return query.order_by(column.asc(), Idea.id.asc())
    return query.order_by(column.desc(), Idea.id.desc())
