"""Table: audit_entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base

Facts = dict[str, Any]


class AuditEntry(Base):
    """One privileged action: who did what to which object, the values before and after, and why.

    Triggers refuse updates and deletes. Entries are numbered without gaps, and each stores the hash of the previous
    one: a row that is changed, deleted or inserted by hand breaks the chain.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_by_id", "by_id", "id"),
        Index("ix_audit_entry_deed", "deed", "id"),
        Index("ix_audit_entry_thing", "thing", "thing_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: The person who did it; None for a command or the portal itself.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: A name from actions.py, such as "company_closed". The column's name is older.
    action: Mapped[str] = mapped_column("deed", String(60))
    #: The table of the object, such as "company"; its id follows.
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None]
    #: JSON values; never a CPF, a password or a token.
    before: Mapped[Facts] = mapped_column(JSON)
    after: Mapped[Facts] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text)
    #: The hash of the previous entry; unique, so that the chain cannot fork.
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True, init=False)
