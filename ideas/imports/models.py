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


class ImportState(StrEnum):
    """The state of an import or of its check."""

    #: Not checked yet with this mapping.
    DRAFT = "draft"
    #: A job is enqueued or running.
    RUNNING = "going"
    #: The job will stop after the current chunk.
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


#: Without progress for this time, the job is considered lost.
LOST_AFTER = timedelta(minutes=2)


class IdeaImport(Base):
    """An import of a file of ideas, with its progress.

    The counters change in the transaction that inserts the ideas, so that a killed import resumes
    where it stopped.
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
    #: The file's columns, and the mapping of the preset's columns to them.
    columns: Mapped[list[str]] = mapped_column(JSON)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    total_rows: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=ImportState.DRAFT.value)
    #: Whether only checks have run, which insert nothing.
    dry_run: Mapped[bool] = mapped_column(default=True)
    #: Incremented at every start, so that a job of an earlier start does nothing.
    turn: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    #: Why it failed: a sentence marked for translation, and the values of its placeholders.
    fault: Mapped[str | None] = mapped_column(String(300), default=None)
    fault_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    file: Mapped[File] = relationship(init=False, lazy="raise")
    by: Mapped[Person] = relationship(init=False, lazy="raise")
    product: Mapped[Product] = relationship(init=False, lazy="raise")

    @property
    def is_running(self) -> bool:
        """Whether a job is running it."""
        return self.state in {ImportState.RUNNING, ImportState.STOPPING} and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether its job made no progress for LOST_AFTER: it may be started again."""
        return self.state in {ImportState.RUNNING, ImportState.STOPPING} and clock.now() - self.moved_at > LOST_AFTER

    @property
    def can_check(self) -> bool:
        """Whether its columns may still change: only checks have run, and none is running."""
        return self.dry_run and not self.is_running

    @property
    def can_run(self) -> bool:
        """Whether a check has completed."""
        return self.dry_run and self.state == ImportState.DONE

    @property
    def can_resume(self) -> bool:
        """Whether it is a real run that stopped early."""
        return not self.dry_run and not self.is_running and self.state != ImportState.DONE

    @property
    def can_stop(self) -> bool:
        return self.is_running and self.state == ImportState.RUNNING

    @property
    def percent(self) -> int:
        return 100 * self.done_rows // max(self.total_rows, 1)


class IdeaImportLine(Base):
    """A row of the import's report: refused or changed, and why."""

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
    #: A sentence marked for translation, and the values of its placeholders.
    why: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
