"""The panels of the release report on other pages: one statement each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, or_, select, union_all

from ideas.board.detail import IdeaDetail
from ideas.board.links import IdeaLink
from ideas.board.models import Idea
from ideas.db import rows
from ideas.products.models import Label, Product, Release
from ideas.read_models import columns, read, read_model
from ideas.releases import finding
from ideas.releases.models import ReleaseItem, ReleaseItemIdea
from ideas.releases.roadmap import IN_PROGRESS, PLANNED
from ideas.statements import statement

#: Recently delivered ideas that are shown, and the latest releases they come from.
MAX_IDEAS, MAX_RELEASES = 5, 8


@read_model
class DeliveredIdea(IdeaLink):
    """An idea delivered by one of the latest releases."""

    people_count: int
    version: str


@read_model
class AnsweringRelease:
    """A release that delivers an idea, or is planned to."""

    id: int
    version: str
    published_at: datetime | None
    product: Label


@read_model
class AnsweringItem:
    """An item of a release that answers the idea."""

    title: str
    language: str


def of_idea(idea: IdeaDetail) -> dict[str, Any] | None:
    """Return the releases that deliver the idea's merged set, or will, newest first, with their items."""
    releases: dict[AnsweringRelease, list[AnsweringItem]] = {}
    waits = idea.status_key in {PLANNED, IN_PROGRESS}
    target, delivered = idea.target_release_id, idea.delivered_release_id
    found = rows(_answers(waits), root=idea.root_id, target=target, delivered=delivered)
    for release, item in zip(read(AnsweringRelease, found), read(AnsweringItem, found), strict=True):
        items = releases.setdefault(release, [])
        # A release may be the idea's target without an item for it.
        items += [item] if item.title is not None else []
    return {"releases": releases} if releases else None


def of_board(_: object = None) -> dict[str, Any] | None:
    """Return the ideas that the latest releases delivered, most supported first within a release."""
    found = tuple(read(DeliveredIdea, rows(_delivered_lately())))
    return {"ideas": found} if found else None


@statement
def _delivered_lately() -> Select[Any]:
    """Select the first ideas of each release from its index, without reading the others."""
    latest = select(Release.id).where(Release.published_at.is_not(None)).order_by(Release.published_at.desc())
    legs = [
        select(Idea.id)
        .where(Idea.delivered_release_id == latest.limit(1).offset(place).scalar_subquery(), Idea.is_listed)
        .order_by(Idea.people_count.desc(), Idea.id.desc())
        .limit(MAX_IDEAS)
        .subquery()
        for place in range(MAX_RELEASES)
    ]
    first = union_all(*(select(leg) for leg in legs)).subquery()
    return (
        select(*columns(DeliveredIdea, Idea, version=Release.version))
        .join(first, first.c.id == Idea.id)
        .join(Release, Release.id == Idea.delivered_release_id)
        .order_by(Release.published_at.desc(), Idea.people_count.desc(), Idea.id.desc())
        .limit(MAX_IDEAS)
    )


def like(subject: str) -> dict[str, Any] | None:
    """Return items of releases that are similar to the subject of a new ticket."""
    found = finding.similar_items(subject)
    return {"found": found} if found else None


@statement(each=((True,), (False,)))
def _answers(waits: bool) -> Select[Any]:
    """Select published releases, and forecasts while the idea waits for one."""
    of_set = select(Idea.id).where(Idea.root_id == bindparam("root"))
    answers = select(ReleaseItemIdea.item_id).where(ReleaseItemIdea.idea_id.in_(of_set))
    item = and_(ReleaseItem.release_id == Release.id, ReleaseItem.id.in_(answers))
    own = Release.id.in_([bindparam("target", type_=Integer), bindparam("delivered", type_=Integer)])
    may_be_said = Release.announced_at if waits else Release.published_at
    return (
        select(*columns(AnsweringRelease, Release, product=Product), *columns(AnsweringItem, ReleaseItem))
        .select_from(Release)
        .join(Product, Product.id == Release.product_id)
        .outerjoin(ReleaseItem, item)
        .where(or_(own, ReleaseItem.id.is_not(None)), may_be_said.is_not(None))
        .order_by(Release.published_at.desc().nulls_first(), Release.id.desc(), ReleaseItem.position)
    )
