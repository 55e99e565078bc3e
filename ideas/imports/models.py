"""Tables: idea_import, idea_import_line."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import Base
from ideas.files.models import File
from ideas.products.models import Product


class State(StrEnum):
    """Where an import, or a try of it, stands."""

    #: Nothing was tried with these columns yet.
    DRAFT = "draft"
    #: The worker has it, or is about to.
    GOING = "going"
    #: Told to stop; it does after the rows it has in hand.
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


#: A worker that did nothing for so long has lost it.
PATIENCE = timedelta(minutes=2)


class IdeaImport(Base):
    """A file of ideas that an operator brings in, and how far that has come.

    The counters and the position change in the transaction that makes the ideas, so that a killed
    import goes on where it was.
    """

    __tablename__ = "idea_import"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'going', 'stopping', 'stopped', 'done', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    preset: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(40))
    #: The file's columns, and which of them is which of the preset's.
    columns: Mapped[list[str]] = mapped_column(JSON)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    total_rows: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=State.DRAFT.value)
    #: Whether what was done so far was a try, which made nothing.
    dry_run: Mapped[bool] = mapped_column(default=True)
    #: Counts the times it was set going, so that a job of an earlier time leaves it alone.
    turn: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    #: Why it failed, a sentence marked for translation.
    fault: Mapped[str | None] = mapped_column(String(300), default=None)
    fault_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    file: Mapped[File] = relationship(init=False, lazy="raise")
    by: Mapped[Person] = relationship(init=False, lazy="raise")
    product: Mapped[Product] = relationship(init=False, lazy="raise")

    @property
    def is_going(self) -> bool:
        """Whether the worker has it now."""
        return self.state in {State.GOING, State.STOPPING} and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether it should be going and does not: it may be set going again."""
        return self.state in {State.GOING, State.STOPPING} and clock.now() - self.moved_at > PATIENCE

    @property
    def may_be_tried(self) -> bool:
        """Whether nothing was made of it yet, and nothing is under way: its columns may change."""
        return self.dry_run and not self.is_going

    @property
    def may_be_run(self) -> bool:
        """Whether it was tried to its end."""
        return self.dry_run and self.state == State.DONE

    @property
    def may_go_on(self) -> bool:
        """Whether it was begun in earnest and stands still before its end."""
        return not self.dry_run and not self.is_going and self.state != State.DONE

    @property
    def may_be_stopped(self) -> bool:
        return self.is_going and self.state == State.GOING

    @property
    def percent(self) -> int:
        return 100 * self.done_rows // max(self.total_rows, 1)


class IdeaImportLine(Base):
    """A row that was refused or changed on the way, and why: the import's report."""

    __tablename__ = "idea_import_line"
    __table_args__ = (
        Index("ix_idea_import_line_import_id", "import_id", "what", "id"),
        CheckConstraint("what IN ('refused', 'changed')", name="what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    import_id: Mapped[int] = mapped_column(ForeignKey("idea_import.id"))
    line: Mapped[int]
    external_id: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(10))
    #: A sentence marked for translation, and what fills its places.
    why: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
