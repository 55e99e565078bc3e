"""Table: comment."""

from datetime import datetime
from typing import Self

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.models import Company
from ideas.db import Base


class Comment(Base):
    """What a person says about an idea. Staff comment without a company."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_idea_id", "idea_id", "id"),
        Index("ix_comment_author_id", "author_id", "id"),
        Index("ix_comment_created_at", "created_at", "id"),
        CheckConstraint("length(text) BETWEEN 1 AND 5000", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(5))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), default=None)
    #: Made by the form, so that sending it twice says it once.
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    hidden_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    held_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    author: Mapped[Person] = relationship(init=False, lazy="raise")
    company: Mapped[Company | None] = relationship(init=False, lazy="raise")

    @classmethod
    def visible_to(cls, person: Person | None, *, moderator: bool = False) -> Select[Self]:
        """Every comment this person may see: hidden and held ones only moderators and their author."""
        return select(cls) if moderator else select(cls).where(cls.is_visible_to(person.id if person else None))

    @classmethod
    def is_visible_to(cls, reader: int | BindParameter[int | None] | None) -> ColumnElement[bool]:
        """Whether that person, no moderator, may see it: by their number, or by where a statement takes it.

        None is a visitor.
        """
        shown = and_(cls.hidden_at.is_(None), cls.held_at.is_(None))
        return shown if reader is None else or_(shown, cls.author_id == reader)
