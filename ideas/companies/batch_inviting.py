"""Inviting many at once: a sheet is looked through, kept, and carried out by a job that may be killed anywhere.

Each row is done once: a few to a transaction, under the batch's lock. One event tells of the whole batch;
its letters are written by the worker, each with a link of its own.
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
from ideas.companies.batch_models import Batch, BatchRow
from ideas.companies.batch_validation import Judged
from ideas.companies.models import Company, Invitation
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Rows to a transaction, and the seconds in which others get SQLite's writer before the next.
CHUNK = 100
BREATH = 0.02
#: How long the rows, which name people, are kept.
KEPT = timedelta(days=30)


class NothingToInvite(Refused):
    """Every row has a fault, or its rows were forgotten since."""

    message = N_("Nenhuma linha desta planilha pode ser convidada. Corrija e envie de novo.")


def look_through(company: Company, rows: Sequence[Judged], *, file_name: str, by: Person) -> Batch:
    """Keep a judged sheet, for its sender to look at; nobody is invited yet. Raises NotTheAdministrator."""
    administering.lock(company, by)
    faulty = sum(bool(row.faults) for row in rows)
    batch = Batch(company_id=company.id, by_id=by.id, file_name=file_name, valid_count=len(rows) - faulty,
                  faulty_count=faulty)  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    db.session.execute(insert(BatchRow), [_kept(row, batch) for row in rows])
    return batch


def _kept(row: Judged, batch: Batch) -> dict[str, object]:
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


def confirm(batch: Batch, *, company: Company, by: Person) -> None:
    """Have the valid rows invited; asking again changes nothing. Raises NotTheAdministrator, NothingToInvite."""
    administering.lock(company, by)
    db.session.refresh(batch, with_for_update=True)
    if batch.confirmed_at is not None:
        return
    if not batch.may_be_confirmed:
        raise NothingToInvite
    batch.confirmed_at, batch.by_id = clock.now(), by.id
    db.session.flush()
    jobs.enqueue(db.session, invite_all, f"invitation-batch-{batch.id}", batch.id)


@jobs.job("companies.invite_all")
def invite_all(batch_id: int) -> None:
    """Invite the people of a confirmed batch. Commits as it goes; safe to run again, and beside itself."""
    while invite_some(batch_id):
        db.session.commit()
        time.sleep(BREATH)


def invite_some(batch_id: int) -> bool:
    """Invite the next few, or end the batch; whether there may be more."""
    batch = db.session.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    if not batch.is_running:
        return False
    company, by = db.session.get_one(Company, batch.company_id), db.session.get_one(Person, batch.by_id)
    waiting = select(BatchRow).where(BatchRow.batch_id == batch.id, ~BatchRow.is_faulty, BatchRow.done_at.is_(None))
    rows = db.session.scalars(waiting.order_by(BatchRow.number).limit(CHUNK)).all()
    try:
        administering.lock(company, by)
    except NotTheAdministrator:
        rows = []
    if not rows:
        _end(batch, by)
        return False
    _invite(rows, company, by)
    batch.done_count += len(rows)
    db.session.flush()
    return True


def _invite(rows: Sequence[BatchRow], company: Company, by: Person) -> None:
    """Write the invitations of those who are not invited yet, nor members; the others are passed over in silence."""
    addresses = [row.email for row in rows]
    passed_over = inviting.members_among(addresses, company) | inviting.invited_among(addresses, company)
    passed_over |= inviting.written_to_often_among(addresses, company)
    invitations = {row.number: _invitation(row, company, by) for row in rows if row.email not in passed_over}
    db.session.add_all(invitations.values())
    db.session.flush()
    now = clock.now()
    for row in rows:
        row.done_at = now
        row.invitation_id = invitations[row.number].id if row.number in invitations else None


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


def _end(batch: Batch, by: Person) -> None:
    """The batch is over: one event, whose letters go out, and one line in the log."""
    batch.finished_at = clock.now()
    sent = db.session.scalar(select(func.count(BatchRow.invitation_id)).where(BatchRow.batch_id == batch.id)) or 0
    if sent:
        recording.record("invitations_sent", thing="invitation_batch", thing_id=batch.id, by=by.id)
    log.write(by=by, action="people_invited", thing="invitation_batch", thing_id=batch.id,
              after={"company": batch.company_id, "invitations": sent})  # fmt: skip


def addresses_of(batch_id: int) -> list[str]:
    """Where the batch's invitations go that wait to be accepted."""
    sent = select(Invitation.email).join(BatchRow, BatchRow.invitation_id == Invitation.id)
    return list(db.session.scalars(sent.where(BatchRow.batch_id == batch_id, *_waits()).order_by(BatchRow.number)))


def invitation_to(email: str, batch_id: int) -> Invitation | None:
    """The batch's invitation to that address, while it waits."""
    company_id = db.session.get_one(Batch, batch_id).company_id
    of_batch = exists().where(BatchRow.invitation_id == Invitation.id, BatchRow.batch_id == batch_id)
    # By the company and the address there is an index, whatever the size of the batch.
    sent = select(Invitation).where(Invitation.company_id == company_id, Invitation.email == email)
    return db.session.scalar(sent.where(*_waits(), of_batch))


def _waits() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def batch_of(number: int, company: Company) -> Batch | None:
    """One of the company's batches."""
    return db.session.scalar(select(Batch).where(Batch.id == number, Batch.company_id == company.id))


def latest(company: Company, *, limit: int) -> Sequence[Batch]:
    """The company's batches, the newest first."""
    mine = select(Batch).where(Batch.company_id == company.id).order_by(Batch.id.desc())
    return db.session.scalars(mine.limit(limit)).all()


def rows_of(batch: Batch, *, faulty: bool, after: int = 0, limit: int | None = None) -> Sequence[BatchRow]:
    """The batch's rows with a fault, or without, in the sheet's order, from after that number on."""
    mine = select(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.is_faulty == faulty, BatchRow.number > after)
    return db.session.scalars(mine.order_by(BatchRow.number).limit(limit)).all()


@jobs.scheduled("companies.forget_batches", "50 3 * * *")
def forget_rows() -> None:
    """Forget the rows of batches after thirty days: what stays are their counts."""
    old = select(Batch.id).where(
        Batch.created_at < clock.now() - KEPT, Batch.forgotten_at.is_(None),
        (Batch.confirmed_at.is_(None)) | (Batch.finished_at.is_not(None)),
    )  # fmt: skip
    numbers = db.session.scalars(old).all()
    db.session.execute(delete(BatchRow).where(BatchRow.batch_id.in_(numbers)))
    db.session.execute(update(Batch).where(Batch.id.in_(numbers)).values(forgotten_at=clock.now()))
