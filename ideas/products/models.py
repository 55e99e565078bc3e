"""Tables: product, module, release."""

from datetime import date, datetime
from typing import Self

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas.db import Base
from ideas.read_models import read_model


class Named:
    """A mixin for what has a name in the portal's three languages."""

    name_pt: str
    name_es: str
    name_en: str

    def name_in(self, language: str) -> str:
        """Return the name in that language ("pt-BR", "es" or "en"); pt-BR for any other."""
        return {"es": self.name_es, "en": self.name_en}.get(language, self.name_pt)


@read_model
class Label(Named):
    """The key and names of a status, product or module."""

    key: str
    name_pt: str
    name_es: str
    name_en: str


class Product(Named, Base):
    """A product of the vendor: ideas, tickets and releases are about one."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_pt: Mapped[str] = mapped_column(String(80))
    name_es: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    #: Since then it accepts no new ideas.
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    modules: Mapped[list["Module"]] = relationship(init=False, lazy="raise", order_by="Module.position")


class Module(Named, Base):
    """A part of a product."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("product_id", "key"), UniqueConstraint("product_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    key: Mapped[str] = mapped_column(String(40))
    name_pt: Mapped[str] = mapped_column(String(80))
    name_es: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    #: Since then no new idea may choose it.
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class Release(Base):
    """A version of a product. Its state is derived from the dates, never stored.

    With neither date, only staff can see it. With `announced_at`, it is a public forecast. With `published_at`, it is
    published.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("product_id", "version"),
        UniqueConstraint("product_id", "id"),
        CheckConstraint("published_at IS NULL OR announced_at IS NOT NULL", name="announced_before_published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    version: Mapped[str] = mapped_column(String(40))
    #: The planned date of publication, while it is a forecast.
    planned_on: Mapped[date | None] = mapped_column(default=None)
    announced_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    support_ends_on: Mapped[date | None] = mapped_column(default=None)

    product: Mapped[Product] = relationship(init=False, lazy="raise")

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @classmethod
    def announced(cls) -> Select[Self]:
        """Select the releases that everyone may see."""
        return select(cls).where(or_(cls.announced_at.is_not(None), cls.published_at.is_not(None)))
