"""Table: audit_entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base

Facts = dict[str, Any]


class AuditEntry(Base):
    """One privileged act: who did what to which thing, the facts before and after, and why.

    Triggers refuse to change or delete it. Entries are numbered without gaps, and each holds the
    hash of the one before: a row changed, taken out or put in by hand breaks the chain there.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_by_id", "by_id", "id"),
        Index("ix_audit_entry_deed", "deed", "id"),
        Index("ix_audit_entry_thing", "thing", "thing_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: Who did it; None for a command or the portal itself.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: A word for what was done: "company_closed".
    deed: Mapped[str] = mapped_column(String(60))
    #: What it was done to: "company" and its id.
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None]
    #: JSON facts; never a CPF, a password or a token.
    before: Mapped[Facts] = mapped_column(JSON)
    after: Mapped[Facts] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text)
    #: The hash of the entry before; unique, so that the chain has no fork.
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True, init=False)
