"""Tables: vote, vote_event."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Importance(StrEnum):
    """How much an idea matters to a voter, weakest first."""

    NICE = "nice"
    IMPORTANT = "important"
    CRITICAL = "critical"


_IS_SET_ASIDE, _HAS_REASON = text("set_aside_at IS NOT NULL"), text("reason IS NOT NULL")


class Vote(Base):
    """A person's support of an idea, for a company. The row is never deleted."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("person_id", "idea_id"),
        Index("ix_vote_idea_id", "idea_id", "person_id"),
        Index("ix_vote_company_id", "company_id", "idea_id"),
        Index("ix_vote_reason", "idea_id", "id", sqlite_where=_HAS_REASON, postgresql_where=_HAS_REASON),
        # Few votes are set aside: the index finds the people whose votes are to be restored.
        Index("ix_vote_set_aside", "person_id", sqlite_where=_IS_SET_ASIDE, postgresql_where=_IS_SET_ASIDE),
        CheckConstraint("importance IN ('nice', 'important', 'critical')", name="importance"),
        CheckConstraint("proxied_by_id IS NULL OR source IS NOT NULL", name="proxy_names_its_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    #: The company for which it was cast; changing company later changes no total.
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    #: 2^((cast_at - epoch) / 14 days): what it adds to its idea's trending.
    term: Mapped[float]
    #: The first time; voting again after withdrawing keeps it.
    cast_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    importance: Mapped[str | None] = mapped_column(String(10), default=None)
    #: The pain point: one line about what the voter cannot do today.
    reason: Mapped[str | None] = mapped_column(String(280), default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    set_aside_at: Mapped[datetime | None] = mapped_column(default=None)
    proxied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    source: Mapped[str | None] = mapped_column(String(80), default=None)

    @hybrid_property
    def is_active(self) -> bool:
        """Whether it counts: it is neither withdrawn nor set aside. Also an SQL condition."""
        return self.withdrawn_at is None and self.set_aside_at is None

    @is_active.inplace.expression
    @classmethod
    def _is_active(cls) -> ColumnElement[bool]:
        return and_(cls.withdrawn_at.is_(None), cls.set_aside_at.is_(None))


class VoteEvent(Base):
    """A row of the ledger. The database refuses to change or delete it."""

    __tablename__ = "vote_event"
    __table_args__ = (
        Index("ix_vote_event_idea_id", "idea_id", "id"),
        Index("ix_vote_event_person_id", "person_id", "id"),
        CheckConstraint(
            "what IN ('cast', 'withdrawn', 'importance_changed', 'on_behalf', 'set_aside', 'restored')", name="what"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    what: Mapped[str] = mapped_column(String(20))
    #: Who did it: the person, or staff on their behalf; None for a job.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    importance: Mapped[str | None] = mapped_column(String(10), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
