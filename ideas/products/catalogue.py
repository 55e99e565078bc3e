"""The products and modules that a person may choose from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ideas.db import db
from ideas.products.models import Product


def open_products() -> Sequence[Product]:
    """The products that take new ideas, with their modules, in their order: one statement."""
    products = select(Product).where(Product.closed_at.is_(None)).order_by(Product.position, Product.id)
    return db.session.scalars(products.options(joinedload(Product.modules))).unique().all()
