"""Tables: invitation_batch, invitation_batch_row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.companies.models import Permitted
from ideas.db import Base


class Batch(Base):
    """A sheet of people that an administrator sent: looked through, then carried out by a job."""

    __tablename__ = "invitation_batch"
    __table_args__ = (
        Index("ix_invitation_batch_company_id", "company_id", "id"),
        Index("ix_invitation_batch_created_at", "created_at"),
        CheckConstraint("valid_count >= 0 AND faulty_count >= 0", name="counts"),
        CheckConstraint("done_count BETWEEN 0 AND valid_count", name="done"),
        CheckConstraint("finished_at IS NULL OR confirmed_at IS NOT NULL", name="confirmed_before_finished"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(160))
    #: Rows without a fault, and with one.
    valid_count: Mapped[int]
    faulty_count: Mapped[int]
    #: Valid rows that the job has carried out.
    done_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When its rows, which name people, were forgotten.
    forgotten_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_running(self) -> bool:
        return self.confirmed_at is not None and self.finished_at is None

    @property
    def was_stopped(self) -> bool:
        """Whether it ended before its last row: who sent it administers the company no more."""
        return self.finished_at is not None and self.done_count < self.valid_count

    @property
    def may_be_confirmed(self) -> bool:
        return self.confirmed_at is None and self.valid_count > 0 and self.forgotten_at is None


class BatchRow(Permitted, Base):
    """One row of the sheet, as it was read."""

    __tablename__ = "invitation_batch_row"
    __table_args__ = (
        Index(
            "ix_invitation_batch_row_waiting",
            "batch_id",
            "number",
            sqlite_where=text("done_at IS NULL AND is_faulty = 0"),
            postgresql_where=text("done_at IS NULL AND NOT is_faulty"),
        ),
        Index("ix_invitation_batch_row_invitation_id", "invitation_id"),
        CheckConstraint("invitation_id IS NULL OR done_at IS NOT NULL", name="invited_when_done"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("invitation_batch.id"), primary_key=True)
    #: Its number in the spreadsheet, where the titles are row 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    is_faulty: Mapped[bool] = mapped_column(default=False)
    #: What is wrong: a list of [column, key of the fault, facts] (batch_judging.py has the words).
    faults: Mapped[list[Any]] = mapped_column(JSON, default_factory=list)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    #: None also when the person was a member or invited already: the sheet's sender is not told.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), default=None)
