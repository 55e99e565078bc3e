"""The products and modules that a person may choose from."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager

from ideas.db import db
from ideas.products.models import Module, Product


def open_products() -> Sequence[Product]:
    """Return the open products with their open modules, in order, in one statement."""
    products = (
        select(Product)
        .outerjoin(Module, and_(Module.product_id == Product.id, Module.closed_at.is_(None)))
        .where(Product.closed_at.is_(None))
        .order_by(Product.position, Product.id, Module.position, Module.id)
    )
    return db.session.scalars(products.options(contains_eager(Product.modules))).unique().all()
