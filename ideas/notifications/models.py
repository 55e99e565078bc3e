"""Table: notification."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Notification(Base):
    """That one person is told of one event, in the portal itself. Words are made when it is read."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index("ix_notification_person_id_id", "person_id", "id"),
        Index("ix_notification_unread", "person_id", sqlite_where=text("read_at IS NULL"),
              postgresql_where=text("read_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(default=None)
