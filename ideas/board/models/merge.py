"""Tables: idea_merge, merge_objection."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base

_ACTIVE = text("undone_at IS NULL")


class Merge(Base):
    """A merge of a duplicate into another idea. An undone merge stays, for the history."""

    __tablename__ = "idea_merge"
    __table_args__ = (
        # A duplicate has one parent at a time.
        Index("uq_idea_merge_standing", "duplicate_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("ix_idea_merge_duplicate_id", "duplicate_id", "id"),
        Index("ix_idea_merge_into_id", "into_id", "id"),
        CheckConstraint("duplicate_id <> into_id", name="not_into_itself"),
        CheckConstraint("undone_at IS NOT NULL OR undone_by_id IS NULL", name="undone_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    duplicate_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    #: The direct parent: idea.merged_into_id until the merge is undone.
    into_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: The duplicate's total at that moment.
    votes: Mapped[int]
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)

    @property
    def is_active(self) -> bool:
        return self.undone_at is None


class MergeObjection(Base):
    """An objection to a merge: why the duplicate is another idea."""

    __tablename__ = "merge_objection"
    __table_args__ = (CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),)

    merge_id: Mapped[int] = mapped_column(ForeignKey("idea_merge.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
