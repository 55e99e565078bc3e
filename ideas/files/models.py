"""Table: file."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base

WITH_BYTES = text("gone_at IS NULL AND expires_at IS NOT NULL")


class File(Base):
    """A file that was judged and kept. Who may see it is its owner's to say."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="measures"),
        Index("ix_file_expires_at", "expires_at", sqlite_where=WITH_BYTES, postgresql_where=WITH_BYTES),
        Index("ix_file_by_id", "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: Where its bytes lie: random, never made of anything a person typed.
    key: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    #: What the person called it, made safe (naming.py).
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(100))
    #: Bytes as they are kept.
    size: Mapped[int]
    #: Who sent it; None when the portal made it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Pixels, of a picture.
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: From this moment on nobody gets it; a job then removes the bytes and says when in gone_at.
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    gone_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    held_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def is_there(self) -> bool:
        """Whether its bytes may still be had."""
        return self.gone_at is None and (self.expires_at is None or clock.now() < self.expires_at)

    @property
    def is_shown(self) -> bool:
        """Whether others than its sender and moderators may see it."""
        return self.is_there and self.hidden_at is None and self.held_at is None

    @property
    def is_picture(self) -> bool:
        """Whether it was drawn again by us, and may be shown within a page."""
        return self.width is not None
