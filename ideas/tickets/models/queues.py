"""Table: analyst_queue."""

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, exists, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas.accounts.models import Role, StaffRole
from ideas.db import Base


class AnalystQueue(Base):
    """A queue that an analyst answers: one type and one product, or None for types without a product."""

    __tablename__ = "analyst_queue"
    __table_args__ = (
        Index("uq_analyst_queue_product", "person_id", "type_key", "product_id", unique=True,
              sqlite_where=text("product_id IS NOT NULL"), postgresql_where=text("product_id IS NOT NULL")),
        Index("uq_analyst_queue_no_product", "person_id", "type_key", unique=True,
              sqlite_where=text("product_id IS NULL"), postgresql_where=text("product_id IS NULL")),
        Index("ix_analyst_queue_type_key", "type_key", "product_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    type_key: Mapped[str] = mapped_column(ForeignKey("ticket_type.key"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), default=None)

    @classmethod
    def holds(
        cls, person_id: ColumnElement[int] | int, type_key: ColumnElement[str], product_id: ColumnElement[int | None]
    ) -> ColumnElement[bool]:
        """Condition: the person is an analyst and has a queue of that type and product."""
        same = or_(cls.product_id == product_id, and_(cls.product_id.is_(None), product_id.is_(None)))
        is_analyst = exists().where(StaffRole.person_id == person_id, StaffRole.role == Role.ANALYST.value)
        return and_(is_analyst, exists().where(cls.person_id == person_id, cls.type_key == type_key, same))
