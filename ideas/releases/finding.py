"""Finding what releases bring, by words: for whoever is about to ask support for it."""

from sqlalchemy import select

from ideas import search
from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases.models import ReleaseItem

KIND = "release_item"


def index(item: ReleaseItem) -> None:
    """Make an item findable by its title and text; call it whenever they are written, last in the deed."""
    search.index(db.session(), KIND, item.id, item.title, item.text or "", item.language)


def like(subject: str, *, limit: int = 3) -> list[tuple[ReleaseItem, Release, Product]]:
    """Items of releases that anyone may see which say nearly what the subject says, the most alike first."""
    announced = Release.announced().with_only_columns(Release.id)
    among = select(ReleaseItem.id).where(ReleaseItem.release_id.in_(announced))
    near = search.similar(db.session(), KIND, subject, among=among, limit=limit)
    if not near:
        return []
    place = {one.id: number for number, one in enumerate(near)}
    asked = select(ReleaseItem, Release, Product).join(Release, Release.id == ReleaseItem.release_id)
    rows = db.session.execute(asked.join(Product, Product.id == Release.product_id).where(ReleaseItem.id.in_(place)))
    return sorted((tuple(row) for row in rows), key=lambda row: place[row[0].id])  # type: ignore[misc]
