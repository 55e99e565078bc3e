"""Invite the people of a sheet: the sheet is validated and stored, then a background job sends the invitations.

The job may be killed at any point: it handles each row once, a few per transaction, under the batch's lock. The batch
has one event; the worker writes its emails, each with its own link.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update

from ideas import clock, jobs
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.companies import administering, inviting
from ideas.companies.administering import NotTheAdministrator
from ideas.companies.batch_models import BatchRow, InvitationBatch
from ideas.companies.batch_validation import ValidatedRow
from ideas.companies.models import Company, Invitation
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Rows per transaction, and the pause between transactions, in which other writers get SQLite's lock.
CHUNK_SIZE = 100
PAUSE_SECONDS = 0.02
#: How long the rows, which hold personal data, are stored.
ROWS_RETENTION = timedelta(days=30)


class NothingToInvite(Refused):
    """Every row has a fault, or the rows were deleted meanwhile."""

    message = N_("Nenhuma linha desta planilha pode ser convidada. Corrija e envie de novo.")


def create_batch(company: Company, rows: Sequence[ValidatedRow], *, file_name: str, by: Person) -> InvitationBatch:
    """Store a validated sheet for review; nobody is invited yet. Raises NotTheAdministrator."""
    administering.lock(company, by)
    faulty = sum(bool(row.faults) for row in rows)
    batch = InvitationBatch(company_id=company.id, by_id=by.id, file_name=file_name, valid_count=len(rows) - faulty,
                  faulty_count=faulty)  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    db.session.execute(insert(BatchRow), [_row_values(row, batch) for row in rows])
    return batch


def _row_values(row: ValidatedRow, batch: InvitationBatch) -> dict[str, object]:
    return {
        "batch_id": batch.id,
        "number": row.number,
        "name": row.name,
        "email": row.email,
        "is_faulty": bool(row.faults),
        "faults": [[fault.column, fault.key, dict(fault.facts)] for fault in row.faults],
        "self_service": row.permissions.self_service,
        "technical_consulting": row.permissions.technical_consulting,
        "tickets_restricted": row.permissions.tickets_restricted,
    }


def confirm(batch: InvitationBatch, *, company: Company, by: Person) -> None:
    """Enqueue the job that invites the valid rows. Idempotent. Raises NotTheAdministrator, NothingToInvite."""
    administering.lock(company, by)
    db.session.refresh(batch, with_for_update=True)
    if batch.confirmed_at is not None:
        return
    if not batch.can_be_confirmed:
        raise NothingToInvite
    batch.confirmed_at, batch.by_id = clock.now(), by.id
    db.session.flush()
    jobs.enqueue(db.session, invite_all, f"invitation-batch-{batch.id}", batch.id)


@jobs.job("companies.invite_all")
def invite_all(batch_id: int) -> None:
    """Invite the people of a confirmed batch. Commits in chunks; safe to repeat and to run concurrently."""
    while invite_chunk(batch_id):
        db.session.commit()
        time.sleep(PAUSE_SECONDS)


def invite_chunk(batch_id: int) -> bool:
    """Invite the people of the next chunk, or finish the batch. Return whether there may be more."""
    batch = db.session.get_one(InvitationBatch, batch_id, with_for_update=True, populate_existing=True)
    if not batch.is_running:
        return False
    company, by = db.session.get_one(Company, batch.company_id), db.session.get_one(Person, batch.by_id)
    pending = select(BatchRow).where(BatchRow.batch_id == batch.id, ~BatchRow.is_faulty, BatchRow.done_at.is_(None))
    rows = db.session.scalars(pending.order_by(BatchRow.number).limit(CHUNK_SIZE)).all()
    try:
        administering.lock(company, by)
    except NotTheAdministrator:
        rows = []
    if not rows:
        _finish(batch, by)
        return False
    _invite(batch, rows, company, by)
    batch.done_count += len(rows)
    db.session.flush()
    return True


def _invite(batch: InvitationBatch, rows: Sequence[BatchRow], company: Company, by: Person) -> None:
    """Create the invitations. Members and invited people are counted; addresses over the limit are skipped silently."""
    addresses = [row.email for row in rows]
    members, invited = (
        inviting.member_emails_among(addresses, company),
        inviting.invited_emails_among(addresses, company),
    )
    passed_over = members | invited | inviting.exhausted_emails_among(addresses, company)
    invitations = {row.number: _invitation(row, company, by) for row in rows if row.email not in passed_over}
    db.session.add_all(invitations.values())
    db.session.flush()
    now = clock.now()
    for row in rows:
        row.done_at = now
        row.already = "member" if row.email in members else "invited" if row.email in invited else None
        row.invitation_id = invitations[row.number].id if row.number in invitations else None
    batch.member_count += sum(row.already == "member" for row in rows)
    batch.invited_count += sum(row.already == "invited" for row in rows)


def _invitation(row: BatchRow, company: Company, by: Person) -> Invitation:
    return Invitation(
        company_id=company.id,
        email=row.email,
        name=row.name,
        invited_by_id=by.id,
        language=by.language,
        self_service=row.self_service,
        technical_consulting=row.technical_consulting,
        tickets_restricted=row.tickets_restricted,
    )


def _finish(batch: InvitationBatch, by: Person) -> None:
    """Finish the batch: record the event that sends the emails, and one entry in the audit log."""
    batch.finished_at = clock.now()
    sent = db.session.scalar(select(func.count(BatchRow.invitation_id)).where(BatchRow.batch_id == batch.id)) or 0
    if sent:
        recording.record("invitations_sent", thing="invitation_batch", thing_id=batch.id, by=by.id)
    log.write(by=by, action="people_invited", thing="invitation_batch", thing_id=batch.id,
              after={"company": batch.company_id, "invitations": sent})  # fmt: skip


def pending_addresses(batch_id: int) -> list[str]:
    """Return the addresses of the batch's pending invitations."""
    sent = select(Invitation.email).join(BatchRow, BatchRow.invitation_id == Invitation.id)
    return list(db.session.scalars(sent.where(BatchRow.batch_id == batch_id, *_is_pending()).order_by(BatchRow.number)))


def pending_invitation(email: str, batch_id: int) -> Invitation | None:
    """Return the batch's pending invitation to that address."""
    company_id = db.session.get_one(InvitationBatch, batch_id).company_id
    of_batch = exists().where(BatchRow.invitation_id == Invitation.id, BatchRow.batch_id == batch_id)
    # The index on company and address makes this fast for batches of any size.
    sent = select(Invitation).where(Invitation.company_id == company_id, Invitation.email == email)
    return db.session.scalar(sent.where(*_is_pending(), of_batch))


def _is_pending() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def find_batch(number: int, company: Company) -> InvitationBatch | None:
    """Return the company's batch with that id."""
    return db.session.scalar(
        select(InvitationBatch).where(InvitationBatch.id == number, InvitationBatch.company_id == company.id)
    )


def latest_batches(company: Company, *, limit: int) -> Sequence[InvitationBatch]:
    """Return the company's batches, newest first."""
    mine = select(InvitationBatch).where(InvitationBatch.company_id == company.id).order_by(InvitationBatch.id.desc())
    return db.session.scalars(mine.limit(limit)).all()


def batch_rows(batch: InvitationBatch, *, faulty: bool, after: int = 0, limit: int | None = None) -> Sequence[BatchRow]:
    """Return the faulty or the valid rows of the batch in order, after that row number."""
    mine = select(BatchRow).where(
        BatchRow.batch_id == batch.id,
        BatchRow.is_faulty == faulty,
        BatchRow.number > after,
    )
    return db.session.scalars(mine.order_by(BatchRow.number).limit(limit)).all()


@jobs.scheduled("companies.forget_batches", "50 3 * * *")
def delete_old_rows() -> None:
    """Delete the rows of batches after their retention. Their counts stay."""
    old = select(InvitationBatch.id).where(
        InvitationBatch.created_at < clock.now() - ROWS_RETENTION, InvitationBatch.forgotten_at.is_(None),
        (InvitationBatch.confirmed_at.is_(None)) | (InvitationBatch.finished_at.is_not(None)),
    )  # fmt: skip
    numbers = db.session.scalars(old).all()
    db.session.execute(delete(BatchRow).where(BatchRow.batch_id.in_(numbers)))
    db.session.execute(update(InvitationBatch).where(InvitationBatch.id.in_(numbers)).values(forgotten_at=clock.now()))
