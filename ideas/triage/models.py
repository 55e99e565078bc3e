"""Tables: idea_owner, tag, idea_tag, triage_note, status_batch, status_batch_step."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.db import Base


class IdeaOwner(Base):
    """The product manager responsible for an idea."""

    __tablename__ = "idea_owner"
    __table_args__ = (Index("ix_idea_owner_owner_id", "owner_id", "idea_id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(default_factory=clock.now)

    owner: Mapped[Person] = relationship(init=False, lazy="raise")


class Tag(Base):
    """A managers' tag."""

    __tablename__ = "tag"
    __table_args__ = (CheckConstraint("length(name) BETWEEN 1 AND 40", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(40))
    #: The name in lower case without accents: "Fiscal" and "fiscal" are one tag.
    key: Mapped[str] = mapped_column(String(40), unique=True)


class IdeaTag(Base):
    """A tag of an idea."""

    __tablename__ = "idea_tag"

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)


class TriageNote(Base):
    """An internal note about an idea. Customers never see it."""

    __tablename__ = "triage_note"
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 3000", name="text"),
        Index("ix_triage_note_idea_id", "idea_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    by: Mapped[Person] = relationship(init=False, lazy="raise")


class StatusBatch(Base):
    """Status changes made together, which are undone together."""

    __tablename__ = "status_batch"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class StatusBatchStep(Base):
    """The change of one idea in a batch, and its state before."""

    __tablename__ = "status_batch_step"

    batch_id: Mapped[int] = mapped_column(ForeignKey("status_batch.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True, index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("status_change.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)

    idea: Mapped[Idea] = relationship(init=False, lazy="raise")
