"""Tables: invitation_batch, invitation_batch_row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.companies.models import HasPermissions
from ideas.db import Base


class InvitationBatch(Base):
    """A sheet of people that an administrator uploaded: validated, then carried out by a background job."""

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
    #: The number of rows without and with faults.
    valid_count: Mapped[int]
    faulty_count: Mapped[int]
    #: The number of valid rows that the job has handled.
    done_count: Mapped[int] = mapped_column(default=0)
    #: Those of them whose people were members, or had an open invitation of the company.
    member_count: Mapped[int] = mapped_column(default=0, server_default="0")
    invited_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When its rows, which hold personal data, were deleted.
    forgotten_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def sent_count(self) -> int:
        """The number of people invited now, including those who may not be told apart from them."""
        return self.valid_count - self.member_count - self.invited_count

    @property
    def is_running(self) -> bool:
        return self.confirmed_at is not None and self.finished_at is None

    @property
    def was_stopped(self) -> bool:
        """Whether it finished early, because its sender is no longer the administrator."""
        return self.finished_at is not None and self.done_count < self.valid_count

    @property
    def can_be_confirmed(self) -> bool:
        return self.confirmed_at is None and self.valid_count > 0 and self.forgotten_at is None


class BatchRow(HasPermissions, Base):
    """One row of the sheet."""

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
    #: The row number in the spreadsheet; the titles are row 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    is_faulty: Mapped[bool] = mapped_column(default=False)
    #: The faults: a list of [column, key of the fault, placeholder values]; batch_validation.py has the texts.
    faults: Mapped[list[Any]] = mapped_column(JSON, default_factory=list)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Also None if the person was a member or invited already, or reached the daily limit of emails.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), default=None)
    #: "member" or "invited" if the person was so in this company; the administrator sees both in its lists anyway.
    already: Mapped[str | None] = mapped_column(String(10), default=None)
