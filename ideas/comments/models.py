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
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.models import Company
from ideas.db import Base


class Comment(Base):
    """A person's comment on an idea. Staff comment without a company."""

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
    #: The token of the form: sending it twice posts one comment.
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    hidden_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    held_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    author: Mapped[Person] = relationship(init=False, lazy="raise")
    company: Mapped[Company | None] = relationship(init=False, lazy="raise")

    @hybrid_property
    def in_sight(self) -> bool:
        """Whether everyone may see it, if they may see its idea. Also an SQL condition."""
        return self.hidden_at is None and self.held_at is None

    @in_sight.inplace.expression
    @classmethod
    def _in_sight(cls) -> ColumnElement[bool]:
        return and_(cls.hidden_at.is_(None), cls.held_at.is_(None))

    @classmethod
    def visible_to(cls, person: Person | None, *, moderator: bool = False) -> Select[Self]:
        """Select every comment that this person may see; only moderators and the author see it out of sight."""
        return select(cls) if moderator else select(cls).where(cls.is_visible_to(person.id if person else None))

    @classmethod
    def is_visible_to(cls, reader: int | BindParameter[int | None] | None) -> ColumnElement[bool]:
        """SQL condition: this person, not a moderator, may see it. None is a visitor."""
        in_sight = cls.in_sight.expression
        return in_sight if reader is None else or_(in_sight, cls.author_id == reader)
