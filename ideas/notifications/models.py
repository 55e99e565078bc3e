"""Tables: notification, mailed_notice, mail_choice, digest_hour."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Notification(Base):
    """One event under one person's bell. Its sentence is made when it is read."""

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


class MailedNotification(Base):
    """One event to email to one person: when it is due, and the batch that sent it."""

    __tablename__ = "mailed_notice"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index("ix_mailed_notice_due", "due_at", sqlite_where=text("round_id IS NULL"),
              postgresql_where=text("round_id IS NULL")),
        Index("ix_mailed_notice_round", "round_id", "person_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    due_at: Mapped[datetime] = mapped_column()
    #: The event of the batch that sent it; None while it waits.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), default=None)


class MailChoice(Base):
    """How often a person gets emails about one topic, if not the default."""

    __tablename__ = "mail_choice"
    __table_args__ = (
        CheckConstraint("topic IN ('results', 'news', 'tickets', 'personal')", name="topic"),
        CheckConstraint("choice IN ('at_once', 'digest', 'never')", name="choice"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    choice: Mapped[str] = mapped_column(String(20))


class DigestHour(Base):
    """The hour of the person's digest in their time zone, if not the default."""

    __tablename__ = "digest_hour"
    __table_args__ = (CheckConstraint("hour BETWEEN 7 AND 19", name="hour"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[int] = mapped_column()
