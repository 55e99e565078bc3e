"""Tables: event, delivery, letter, refused_address."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Event(Base):
    """Something that happened, stored as data and never as sentences.

    Recipients, and what they may see, are determined when it is delivered.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_undelivered", "id", sqlite_where=text("delivered_at IS NULL"),
              postgresql_where=text("delivered_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(60))
    #: Its subject: "idea" and the idea's id. An event without a subject row has no id.
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None] = mapped_column(default=None)
    #: The person who caused it; None if the portal did.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The values that fill sentences: ids, numbers, titles. Never a CPF, a token or a sentence.
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    recorded_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When all recipients had been notified; equals `recorded_at` for an event without recipients.
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class Delivery(Base):
    """One event, delivered to one recipient through one channel. The unique key prevents a second delivery."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("event_id", "channel", "recipient_key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: A channel's name; or "on:" and a handler's name, which then runs once.
    channel: Mapped[str] = mapped_column(String(120))
    #: A person's id as text, or an address if the recipient has no account yet.
    recipient_key: Mapped[str] = mapped_column(String(254))
    delivered_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class QueuedEmail(Base):
    """One email to one recipient: when it was sent, or when it is tried next.

    Stores neither text nor links: they are made when it is sent.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient_key"),
        Index("ix_letter_due", "next_try_at", sqlite_where=text("next_try_at IS NOT NULL"),
              postgresql_where=text("next_try_at IS NOT NULL")),
        Index("ix_letter_given_up", "id", sqlite_where=text("given_up_at IS NOT NULL"),
              postgresql_where=text("given_up_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: A person's id as text, or an address.
    recipient_key: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    tries: Mapped[int] = mapped_column(default=0)
    #: None once it was sent or given up.
    next_try_at: Mapped[datetime | None] = mapped_column(default_factory=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    given_up_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Why the last attempt failed, in the mail server's words.
    fault: Mapped[str] = mapped_column(String(300), default="")


class RefusedAddress(Base):
    """An address that does not exist, according to a mail server: it gets no more notifications.

    Emails about security are still sent. Once one is accepted, or the address is confirmed, the row is deleted.
    """

    __tablename__ = "refused_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
