"""Table: draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base


class Draft(Base):
    """A form's fields, stored for a person or for the browser in which the session expired.

    Never holds a CPF or a password field.
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("kind", "client_token"),
        CheckConstraint("person_id IS NOT NULL OR cookie_hash IS NOT NULL", name="has_an_owner"),
        Index("ix_draft_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(40))
    client_token: Mapped[str] = mapped_column(String(64))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    cookie_hash: Mapped[str | None] = mapped_column(String(64), default=None, repr=False)
    updated_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
