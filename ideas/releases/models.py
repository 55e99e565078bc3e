"""Tables: release_item, release_item_idea."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base


class ItemKind(StrEnum):
    """The kinds of items, in the order they are shown."""

    INNOVATION = "innovation"
    IMPROVEMENT = "improvement"
    LEGAL = "legal"
    FIX = "fix"


class ReleaseItem(Base):
    """An item of a release."""

    __tablename__ = "release_item"
    __table_args__ = (
        Index("ix_release_item_release_id", "release_id", "position"),
        CheckConstraint("kind IN ('improvement', 'fix', 'innovation', 'legal')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(150))
    text: Mapped[str | None] = mapped_column(String(500), default=None)
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"), default=None)
    language: Mapped[str] = mapped_column(String(5), default="pt-BR")
    position: Mapped[int] = mapped_column(default=0)


class ReleaseItemIdea(Base):
    """The link between an item of a release and an idea it answers."""

    __tablename__ = "release_item_idea"

    item_id: Mapped[int] = mapped_column(ForeignKey("release_item.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True, index=True)
