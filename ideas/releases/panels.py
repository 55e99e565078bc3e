"""What the release report puts on other rooms' pages: one statement each, beside the board's."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, or_, select, union_all

from ideas import text
from ideas.board.detail import Reading
from ideas.board.listing.filters import listed
from ideas.board.models import Idea
from ideas.db import db, rows
from ideas.products.models import Label, Product, Release
from ideas.releases import finding
from ideas.releases.models import ReleaseItem, ReleaseItemIdea
from ideas.releases.roadmap import IN_PROGRESS, PLANNED
from ideas.statements import statement

#: How many ideas delivered lately are shown, and from how many of the latest releases.
LATELY, RELEASES = 5, 8


_COLUMNS: tuple[Any, ...] = (
    ReleaseItem.title, ReleaseItem.language, Release.id, Release.version, Release.published_at,
    Product.key, Product.name_pt, Product.name_es, Product.name_en,
)  # fmt: skip


class Lately(NamedTuple):
    """An idea that came with one of the latest releases."""

    id: int
    title: str
    language: str
    people_count: int
    version: str

    @property
    def slug(self) -> str:
        return text.slug(self.title)


class Bringing(NamedTuple):
    """A release that brings an idea, or is to bring it."""

    id: int
    version: str
    published_at: datetime | None
    product: Label


class Item(NamedTuple):
    """What of it answers the idea."""

    title: str
    language: str


def of_idea(idea: Reading) -> dict[str, Any] | None:
    """The releases that bring the idea's merged set or are to bring it, newest first, with their items."""
    releases: dict[Bringing, list[Item]] = {}
    waits = idea.status_key in {PLANNED, IN_PROGRESS}
    target, delivered = idea.target_release_id, idea.delivered_release_id
    for title, language, number, version, published_at, *product in rows(
        _bringing(waits), root=idea.root_id, target=target, delivered=delivered
    ):
        items = releases.setdefault(Bringing(number, version, published_at, Label(*product)), [])
        items += [] if title is None else [Item(title, language)]
    return {"releases": releases} if releases else None


def of_board(_: object = None) -> dict[str, Any] | None:
    """The ideas that the latest releases brought, those with the most people first within a release."""
    found = tuple(Lately(*row) for row in db.session.execute(_brought_lately()))
    return {"ideas": found} if found else None


@statement
def _brought_lately() -> Select[int, str, str, int, str]:
    """The first few of each of those releases, read from its index; the rest of its ideas are not."""
    latest = select(Release.id).where(Release.published_at.is_not(None)).order_by(Release.published_at.desc())
    legs = [
        select(Idea.id)
        .where(Idea.delivered_release_id == latest.limit(1).offset(place).scalar_subquery(), *listed(Idea))
        .order_by(Idea.people_count.desc(), Idea.id.desc())
        .limit(LATELY)
        .subquery()
        for place in range(RELEASES)
    ]
    first = union_all(*(select(leg) for leg in legs)).subquery()
    return (
        select(Idea.id, Idea.title, Idea.language, Idea.people_count, Release.version)
        .join(first, first.c.id == Idea.id)
        .join(Release, Release.id == Idea.delivered_release_id)
        .order_by(Release.published_at.desc(), Idea.people_count.desc(), Idea.id.desc())
        .limit(LATELY)
    )


def like(subject: str) -> dict[str, Any] | None:
    """What releases bring that is like the subject of a ticket about to be opened."""
    found = finding.like(subject)
    return {"found": found} if found else None


@statement(each=((True,), (False,)))
def _bringing(waits: bool) -> Select[Any]:
    """The published releases that bring the idea; also the announced ones while the idea waits."""
    of_set = select(Idea.id).where(Idea.root_id == bindparam("root"))
    answers = select(ReleaseItemIdea.item_id).where(ReleaseItemIdea.idea_id.in_(of_set))
    item = and_(ReleaseItem.release_id == Release.id, ReleaseItem.id.in_(answers))
    own = Release.id.in_([bindparam("target", type_=Integer), bindparam("delivered", type_=Integer)])
    may_be_said = Release.announced_at if waits else Release.published_at
    return (
        select(*_COLUMNS)
        .select_from(Release)
        .join(Product, Product.id == Release.product_id)
        .outerjoin(ReleaseItem, item)
        .where(or_(own, ReleaseItem.id.is_not(None)), may_be_said.is_not(None))
        .order_by(Release.published_at.desc().nulls_first(), Release.id.desc(), ReleaseItem.position)
    )
