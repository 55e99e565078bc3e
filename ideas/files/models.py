"""Table: file."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base

HAS_EXPIRING_BYTES = text("gone_at IS NULL AND expires_at IS NOT NULL")


class File(Base):
    """A stored file. The row that references it decides who may see it."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="measures"),
        Index("ix_file_expires_at", "expires_at", sqlite_where=HAS_EXPIRING_BYTES, postgresql_where=HAS_EXPIRING_BYTES),
        Index("ix_file_by_id", "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: The path of its bytes in the store: random, never derived from input.
    key: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    #: The person's name for it, made safe (naming.py).
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(100))
    #: The size in bytes, as stored.
    size: Mapped[int]
    #: The person who sent it; None if the portal created it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: The size in pixels, of a picture.
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: From then on it is not served; a job later deletes the bytes and sets gone_at.
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    gone_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    held_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def is_available(self) -> bool:
        """Whether its bytes can still be downloaded."""
        return self.gone_at is None and (self.expires_at is None or clock.now() < self.expires_at)

    @property
    def is_visible(self) -> bool:
        """Whether people other than its sender and moderators may see it."""
        return self.is_available and self.hidden_at is None and self.held_at is None

    @property
    def is_picture(self) -> bool:
        """Whether it was re-encoded by the portal, so that a page may show it."""
        return self.width is not None
