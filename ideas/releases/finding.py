"""Find items of releases by words, for someone who is about to open a ticket."""

from sqlalchemy import select

from ideas import search
from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases.models import ReleaseItem

KIND = "release_item"


def index(item: ReleaseItem) -> None:
    """Index an item by its title and text. Call it after each write, last in the transaction."""
    search.index(db.session(), KIND, item.id, item.title, item.text or "", item.language)


def similar_items(subject: str, *, limit: int = 3) -> list[tuple[ReleaseItem, Release, Product]]:
    """Return items of announced releases that are similar to the subject, most similar first."""
    announced = Release.announced().with_only_columns(Release.id)
    among = select(ReleaseItem.id).where(ReleaseItem.release_id.in_(announced))
    similar = search.similar(db.session(), KIND, subject, among=among, limit=limit)
    if not similar:
        return []
    rank = {one.id: number for number, one in enumerate(similar)}
    asked = select(ReleaseItem, Release, Product).join(Release, Release.id == ReleaseItem.release_id)
    rows = db.session.execute(asked.join(Product, Product.id == Release.product_id).where(ReleaseItem.id.in_(rank)))
    found = [(row.ReleaseItem, row.Release, row.Product) for row in rows]
    return sorted(found, key=lambda one: rank[one[0].id])
