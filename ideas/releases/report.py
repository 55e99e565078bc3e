"""The release report: the items of each release, and how many people had asked for them.

A release's state is derived: the latest published is current, earlier ones previous, and one that
is announced but not out yet a forecast. One that is not announced is staff's only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from ideas import clock
from ideas.board.links import IdeaLink
from ideas.board.models import Idea
from ideas.db import db
from ideas.products.models import Module, Product, Release
from ideas.read_models import columns, read, read_model
from ideas.releases.models import ItemKind, ReleaseItem, ReleaseItemIdea

Row = TypeVar("Row")

#: Earlier releases that are shown with their items; the others are links.
WITH_ITEMS = 6


class ReleaseState(StrEnum):
    """The state of a release among those of its product."""

    CURRENT = "current"
    UPCOMING = "upcoming"
    PREVIOUS = "previous"


@read_model
class RequestedIdea(IdeaLink):
    """An idea that a release answers, and how many people support it."""

    people_count: int


@dataclass(frozen=True)
class ReportItem:
    """One item of a release, with the ideas it answers, most supported first."""

    item: ReleaseItem
    module: Module | None
    ideas: list[RequestedIdea] = field(default_factory=list)


@dataclass(frozen=True)
class Edition:
    """A release as the report shows it."""

    release: Release
    state: ReleaseState
    entries: Sequence[ReportItem] = ()
    #: Ideas that it delivered and no item names.
    others: Sequence[RequestedIdea] = ()

    @property
    def groups(self) -> list[tuple[ItemKind, list[ReportItem]]]:
        """The items by kind, in the order they are shown."""
        groups = [(kind, [entry for entry in self.entries if entry.item.kind == kind]) for kind in ItemKind]
        return [(kind, entries) for kind, entries in groups if entries]

    @property
    def comes_on(self) -> datetime | None:
        """When it was published; for a forecast, the planned day if there is one."""
        return self.release.published_at or _noon(self.release.planned_on)

    @property
    def support_ends(self) -> datetime | None:
        return _noon(self.release.support_ends_on)

    @property
    def is_supported(self) -> bool:
        ends = self.release.support_ends_on
        return ends is None or clock.date_in_sao_paulo(clock.now()) <= ends


@dataclass(frozen=True)
class ReleaseReport:
    """A product's releases: the current one, forecasts soonest first, earlier ones newest first."""

    current: Edition | None
    upcoming: Sequence[Edition]
    previous: Sequence[Edition]
    #: Still earlier ones, without their items.
    older: Sequence[Edition]


def products() -> Sequence[Product]:
    """Return the products with a report: open ones, and closed ones with releases. One statement."""
    announced = select(Release.product_id).where(Release.announced_at.is_not(None))
    reported = or_(Product.closed_at.is_(None), Product.id.in_(announced))
    return db.session.scalars(select(Product).where(reported).order_by(Product.position, Product.id)).all()


def report_of(product: Product) -> ReleaseReport:
    """Return the report of a product. Three statements, whatever its size."""
    editions = _editions(db.session.scalars(Release.announced().where(Release.product_id == product.id)).all())
    current = [one for one in editions if one.state is ReleaseState.CURRENT]
    upcoming = [one for one in editions if one.state is ReleaseState.UPCOMING]
    previous = [one for one in editions if one.state is ReleaseState.PREVIOUS]
    filled = iter(_filled([*current, *upcoming, *previous[:WITH_ITEMS]]))
    return ReleaseReport(
        next(filled) if current else None,
        [next(filled) for _ in upcoming],
        list(filled),
        previous[WITH_ITEMS:],
    )


def edition(product_key: str, version: str) -> Edition | None:
    """Return one announced release with its product loaded, or None. Three statements."""
    siblings = Release.announced().join(Product, Product.id == Release.product_id).where(Product.key == product_key)
    releases = db.session.scalars(siblings.options(joinedload(Release.product))).all()
    found = [one for one in _editions(releases) if one.release.version == version]
    return _filled(found)[0] if found else None


def _editions(releases: Sequence[Release]) -> list[Edition]:
    """The announced releases of a product with their states, in the order of the report."""
    out = sorted((one for one in releases if one.published_at), key=_published, reverse=True)
    ahead = sorted((one for one in releases if not one.published_at), key=_planned)
    return [
        *(Edition(one, ReleaseState.UPCOMING) for one in ahead),
        *(Edition(one, ReleaseState.PREVIOUS if place else ReleaseState.CURRENT) for place, one in enumerate(out)),
    ]


def _published(release: Release) -> tuple[datetime, int]:
    assert release.published_at is not None
    return release.published_at, release.id


def _planned(release: Release) -> tuple[date, int]:
    return release.planned_on or date.max, release.id


def _filled(editions: Sequence[Edition]) -> list[Edition]:
    ids = [one.release.id for one in editions]
    entries, delivered = _entries(ids), _delivered(ids)
    filled = []
    for one in editions:
        brought = entries[one.release.id]
        named = {idea.id for entry in brought for idea in entry.ideas}
        others = [idea for idea in delivered[one.release.id] if idea.id not in named]
        filled.append(Edition(one.release, one.state, brought, others))
    return filled


def _entries(release_ids: Sequence[int]) -> dict[int, list[ReportItem]]:
    """The items of those releases, each with the canonical ideas it answers. One statement."""
    linked, idea = aliased(Idea), aliased(Idea)
    rows = db.session.execute(
        select(ReleaseItem, Module, *columns(RequestedIdea, idea))
        .outerjoin(Module, Module.id == ReleaseItem.module_id)
        .outerjoin(ReleaseItemIdea, ReleaseItemIdea.item_id == ReleaseItem.id)
        .outerjoin(linked, linked.id == ReleaseItemIdea.idea_id)
        .outerjoin(idea, and_(idea.id == linked.root_id, idea.is_listed))
        .where(ReleaseItem.release_id.in_(release_ids))
        .order_by(ReleaseItem.position, ReleaseItem.id, idea.people_count.desc(), idea.id.desc())
    ).all()
    entries: dict[int, ReportItem] = {}
    for row, requested in zip(rows, read(RequestedIdea, rows), strict=True):
        entry = entries.setdefault(row.ReleaseItem.id, ReportItem(row.ReleaseItem, row.Module))
        # An item may answer several ideas of one set, or one that is not listed.
        if requested.id is not None and requested not in entry.ideas:
            entry.ideas.append(requested)
    return _by_release((entry.item.release_id, entry) for entry in entries.values())


def _delivered(release_ids: Sequence[int]) -> dict[int, list[RequestedIdea]]:
    """The ideas that those releases delivered. One statement."""
    rows = db.session.execute(
        select(Idea.delivered_release_id, *columns(RequestedIdea, Idea))
        .where(Idea.delivered_release_id.in_(release_ids), Idea.is_listed)
        .order_by(Idea.people_count.desc(), Idea.id.desc())
    ).all()
    ideas = zip(rows, read(RequestedIdea, rows), strict=True)
    return _by_release((row.delivered_release_id, idea) for row, idea in ideas)


def _by_release(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for release_id, row in pairs:
        grouped[release_id].append(row)
    return grouped


def _noon(day: date | None) -> datetime | None:
    """A moment for a day, so that pages format it like other moments."""
    return None if day is None else clock.noon_in_sao_paulo(day)
