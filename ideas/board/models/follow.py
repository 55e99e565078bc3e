"""Tables: follow, follow_default."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base


class Reason(StrEnum):
    """Why a person follows an idea, strongest first."""

    AUTHOR = "author"
    CHOSE = "chose"
    COMMENTED = "commented"
    VOTED = "voted"


class Level(StrEnum):
    """How much a follower is notified."""

    ALL = "all"
    RESULTS = "results"
    NOTHING = "nothing"


class Follow(Base):
    """A person's follow of an idea: up to four reasons, and optionally a chosen level."""

    __tablename__ = "follow"
    __table_args__ = (
        Index("ix_follow_idea_id", "idea_id", "person_id"),
        CheckConstraint("level IN ('all', 'results', 'nothing')", name="level"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    author: Mapped[bool] = mapped_column(default=False)
    voted: Mapped[bool] = mapped_column(default=False)
    commented: Mapped[bool] = mapped_column(default=False)
    chose: Mapped[bool] = mapped_column(default=False)
    level: Mapped[str | None] = mapped_column(String(10), default=None)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)


class FollowDefault(Base):
    """The levels that voting and commenting give a person. Without a row, the portal's defaults apply."""

    __tablename__ = "follow_default"
    __table_args__ = (
        CheckConstraint("voted IN ('all', 'results', 'nothing')", name="voted"),
        CheckConstraint("commented IN ('all', 'results', 'nothing')", name="commented"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    voted: Mapped[str] = mapped_column(String(10))
    commented: Mapped[str] = mapped_column(String(10))
