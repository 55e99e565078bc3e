"""The roadmap: ideas that are planned, in progress, or delivered in the last twelve months.

The target of an idea that waits for a release which only staff may know of is not said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ideas import clock, read_models
from ideas.board.links import IdeaLink
from ideas.board.models import Idea, IdeaTally
from ideas.db import db
from ideas.products.models import Label, Module, Product, Release
from ideas.read_models import read, read_model

#: Ideas in a column: those with the most supporters.
MAX_IDEAS = 50
#: How far back delivered ideas are shown.
WINDOW = timedelta(days=365)
PLANNED, IN_PROGRESS, DELIVERED = "planned", "in_progress", "delivered"


@read_model
class RoadmapIdea(IdeaLink):
    """An idea on the roadmap."""

    people_count: int
    product: Label
    module: Label | None


@dataclass(frozen=True)
class Group:
    """Ideas with the same target: a release, a quarter, or none."""

    release: Release | None
    quarter: str | None
    cards: list[RoadmapIdea]

    @property
    def day(self) -> datetime | None:
        """When its release was or will be published."""
        if self.release is None or self.release.published_at or self.release.planned_on is None:
            return self.release.published_at if self.release else None
        return clock.noon_in_sao_paulo(self.release.planned_on)

    @property
    def sort_key(self) -> tuple[date, int]:
        """Its sort key: the day of the release or the end of the quarter; without a date, last."""
        if self.quarter:
            year, number = map(int, self.quarter.split("-T"))
            return date(year + number // 4, number % 4 * 3 + 1, 1), 0
        if self.day:
            return clock.date_in_sao_paulo(self.day), 0
        return date.max, 0 if self.release else 1


@dataclass(frozen=True)
class RoadmapColumn:
    """One status: the ideas shown, in groups, and the total."""

    status_key: str
    groups: Sequence[Group]
    total: int

    @property
    def shown(self) -> int:
        return sum(len(group.cards) for group in self.groups)


def products() -> Sequence[Product]:
    """Return the products to choose from: open ones, and closed ones with ideas. One statement."""
    statuses = IdeaTally.status_key.in_((PLANNED, IN_PROGRESS, DELIVERED))
    used = select(IdeaTally.product_id).where(IdeaTally.ideas > 0, statuses)
    chosen = select(Product).where(or_(Product.closed_at.is_(None), Product.id.in_(used)))
    return db.session.scalars(chosen.order_by(Product.position, Product.id)).all()


def columns(product: Product | None = None) -> list[RoadmapColumn]:
    """Return the three columns, of one product or of all. Three statements, whatever their size."""
    about = [] if product is None else [Idea.product_id == product.id]
    recent = select(Release.id).where(Release.published_at >= clock.now() - WINDOW)
    planned, in_progress = (_column(key, about) for key in (PLANNED, IN_PROGRESS))
    delivered = _column(DELIVERED, [*about, Idea.delivered_release_id.in_(recent)], newest_first=True)
    return [planned, in_progress, delivered]


def _column(status_key: str, about: Sequence[ColumnElement[bool]], *, newest_first: bool = False) -> RoadmapColumn:
    groups: dict[tuple[int | None, str | None], Group] = {}
    rows = db.session.execute(_cards(status_key, about)).all()
    for row, idea in zip(rows, read(RoadmapIdea, rows), strict=True):
        key = (row.Release.id if row.Release else None, row.target_quarter)
        groups.setdefault(key, Group(row.Release, row.target_quarter, [])).cards.append(idea)
    return RoadmapColumn(status_key, sorted(groups.values(), key=lambda group: group.sort_key, reverse=newest_first),
                  rows[0].total if rows else 0)  # fmt: skip


def _cards(status_key: str, about: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Select the first ideas of the column, each with the total."""
    first = (
        select(Idea.id, func.count().over().label("total"))
        .where(Idea.status_key == status_key, Idea.is_listed, *about)
        .order_by(Idea.people_count.desc(), Idea.id.desc())
        .limit(MAX_IDEAS)
        .subquery()
    )
    aim = func.coalesce(Idea.delivered_release_id, Idea.target_release_id)
    idea = read_models.columns(RoadmapIdea, Idea, product=Product, module=Module)
    return (
        select(first.c.total, Release, Idea.target_quarter, *idea)
        .join(Idea, Idea.id == first.c.id)
        .join(Product, Product.id == Idea.product_id)
        .outerjoin(Module, Module.id == Idea.module_id)
        .outerjoin(Release, and_(Release.id == aim, Release.announced_at.is_not(None)))
        .order_by(Idea.people_count.desc(), Idea.id.desc())
    )
