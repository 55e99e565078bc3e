"""Tables: event, delivery, letter, refused_address."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Event(Base):
    """Something that happened, told in facts and never in words.

    The row is the truth: who hears of it, and with which right, is worked out when it is delivered.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_undelivered", "id", sqlite_where=text("delivered_at IS NULL"),
              postgresql_where=text("delivered_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(60))
    #: What it happened to: "idea" and the idea's id. An event about no row has no id.
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None] = mapped_column(default=None)
    #: Who did it; None when the portal itself did.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The facts that words are made of: ids, numbers, titles. Never a CPF, a token or a sentence.
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    recorded_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When everyone who should hear had been told; at once for an event nobody hears.
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class Delivery(Base):
    """That one channel took one event to one recipient. Its unique key is why nobody hears twice."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("event_id", "channel", "recipient_key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: A channel's name; or "on:" and a handler's, told once as a recipient is.
    channel: Mapped[str] = mapped_column(String(120))
    #: A person's id as text, or an address: some recipients are nobody's account yet.
    recipient_key: Mapped[str] = mapped_column(String(254))
    delivered_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Letter(Base):
    """One mail to one recipient: whether it left, and when it is tried again.

    It holds neither words nor links: those are made when it leaves.
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
    #: None once it left, or was given up.
    next_try_at: Mapped[datetime | None] = mapped_column(default_factory=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    given_up_at: Mapped[datetime | None] = mapped_column(default=None)
    #: What the last try met, as the mail server said it.
    fault: Mapped[str] = mapped_column(String(300), default="")


class RefusedAddress(Base):
    """An address that a mail server said is nobody's: notices are mailed there no more.

    What is about security still is; once such a letter leaves, or the address is confirmed, the row goes.
    """

    __tablename__ = "refused_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
