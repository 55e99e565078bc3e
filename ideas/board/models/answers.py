"""Tables: official_response, status_change."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models.status import Status
from ideas.db import Base


class OfficialResponse(Base):
    """The vendor's public answer to an idea."""

    __tablename__ = "official_response"
    __table_args__ = (Index("ix_official_response_idea_id", "idea_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(5))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    link: Mapped[str | None] = mapped_column(String(500), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When it was undone. It is shown to nobody since.
    undone_at: Mapped[datetime | None] = mapped_column(default=None)

    by: Mapped[Person] = relationship(init=False, lazy="raise")


class StatusChange(Base):
    """A change of an idea's status: a step of its history."""

    __tablename__ = "status_change"
    __table_args__ = (Index("ix_status_change_idea_id", "idea_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    from_key: Mapped[str] = mapped_column(ForeignKey("status.key"))
    to_key: Mapped[str] = mapped_column(ForeignKey("status.key"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("official_response.id"), default=None)
    #: Why an ended idea was reopened.
    reason: Mapped[str | None] = mapped_column(String(500), default=None)
    #: The name of the target or of the release at that moment: "12.1.2610", "2027-T1" or None.
    target: Mapped[str | None] = mapped_column(String(40), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When it was undone. The history does not show it.
    undone_at: Mapped[datetime | None] = mapped_column(default=None)

    by: Mapped[Person] = relationship(init=False, lazy="raise")
    to_status: Mapped[Status] = relationship(init=False, lazy="raise", foreign_keys=[to_key])
