"""Invitation batches: each row is handled once even if the job is killed, and nothing reveals who has an account."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.companies import administering, batch_inviting, inviting, joining
from ideas.companies.administering import NotTheAdministrator
from ideas.companies.batch_inviting import NothingToInvite
from ideas.companies.batch_models import BatchRow, InvitationBatch
from ideas.companies.batch_validation import RowFault, ValidatedRow
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import Invitation, Permissions
from ideas.db import db
from ideas.outbox import delivery, kinds
from ideas.outbox.models import Event
from ideas.outbox.models import QueuedEmail as SentLetter
from tests import make


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(batch_inviting, "PAUSE_SECONDS", 0)


def rows(count: int, *, faulty: int = 0) -> list[ValidatedRow]:
    return [
        ValidatedRow(number, f"Pessoa {number}", f"p{number}@exemplo.example", Permissions(self_service=number % 2 == 0),
               [RowFault("name", "name_odd", {"typed": "x"})] if number < faulty + 2 else [])
        for number in range(2, count + 2)
    ]  # fmt: skip


def batch(by: Person, *validated: ValidatedRow, count: int = 3, faulty: int = 0) -> InvitationBatch:
    made = batch_inviting.create_batch(
        make.aurora(), list(validated) or rows(count, faulty=faulty), file_name="p.csv", by=by
    )
    db.session.commit()
    return made


def carry_out(sent: InvitationBatch, by: Person) -> None:
    batch_inviting.confirm(sent, company=make.aurora(), by=by)
    db.session.commit()
    batch_inviting.invite_all(sent.id)
    db.session.commit()


def invited() -> list[str]:
    return list(db.session.scalars(select(Invitation.email).order_by(Invitation.id)))


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.name == "invitations_sent")) or 0


def test_creating_a_batch_invites_nobody(carla) -> None:
    sent = batch(carla, count=5, faulty=2)
    assert (sent.valid_count, sent.faulty_count, sent.can_be_confirmed) == (3, 2, True)
    assert invited() == []
    assert [row.number for row in batch_inviting.batch_rows(sent, faulty=True)] == [2, 3]


def test_the_job_invites_the_valid_rows_with_one_event(carla) -> None:
    sent = batch(carla, count=5, faulty=2)
    carry_out(sent, carla)
    assert invited() == [f"p{number}@exemplo.example" for number in (4, 5, 6)]
    made = db.session.query(Invitation).order_by(Invitation.id).all()
    assert [one.self_service for one in made] == [True, False, True]
    assert {one.invited_by_id for one in made} == {carla.id}
    assert (sent.done_count, sent.is_running, sent.was_stopped, events()) == (3, False, False, 1)
    logged = db.session.query(AuditEntry).filter_by(action="people_invited").all()
    assert [entry.after for entry in logged] == [{"company": make.aurora().id, "invitations": 3}]


def test_the_job_is_idempotent(carla) -> None:
    sent = batch(carla)
    carry_out(sent, carla)
    carry_out(sent, carla)
    again = batch(carla)
    carry_out(again, carla)
    assert len(invited()) == 3
    assert events() == 1
    assert (again.done_count, again.was_stopped) == (3, False), "the sender does not learn that nobody was new"


def test_members_and_invited_people_are_skipped_and_counted(carla, bruno) -> None:
    inviting.invite(make.aurora(), NewInvitation(name="P", email="p3@exemplo.example"), by=carla)
    sheet = [
        ValidatedRow(2, "Ana", "ana@exemplo.example", Permissions(), []),
        ValidatedRow(3, "P", "p3@exemplo.example", Permissions(), []),
        ValidatedRow(4, "Bruno", "bruno@exemplo.example", Permissions(), []),
        ValidatedRow(5, "Nova", "nova@exemplo.example", Permissions(), []),
    ]
    sent = batch(carla, *sheet)
    carry_out(sent, carla)
    assert invited() == ["p3@exemplo.example", "bruno@exemplo.example", "nova@exemplo.example"]
    done = batch_inviting.batch_rows(sent, faulty=False)
    assert all(row.done_at for row in done)
    assert [row.already for row in done] == ["member", "invited", None, None]
    assert (sent.sent_count, sent.member_count, sent.invited_count) == (2, 1, 1)
    assert len(make.companies_of(bruno)) == 1, "an existing person joins only by accepting"


def test_a12_batches_respect_the_daily_email_limit(carla) -> None:
    for _ in range(7):
        carry_out(batch(carla, count=1), carla)
        for one in db.session.query(Invitation).filter_by(revoked_at=None):
            inviting.revoke(one, company=make.aurora(), by=carla)
        db.session.commit()
    assert len(invited()) == inviting.MAX_EMAILS_PER_DAY


def test_a_killed_job_continues_where_it_stopped(carla, monkeypatch) -> None:
    monkeypatch.setattr(batch_inviting, "CHUNK_SIZE", 2)
    sent = batch(carla, count=5)
    batch_inviting.confirm(sent, company=make.aurora(), by=carla)
    db.session.commit()
    assert batch_inviting.invite_chunk(sent.id)
    db.session.commit()
    assert batch_inviting.invite_chunk(sent.id)
    db.session.rollback()  # killed before its commit
    assert (len(invited()), sent.done_count) == (2, 2)
    batch_inviting.invite_all(sent.id)
    db.session.commit()
    assert invited() == [f"p{number}@exemplo.example" for number in range(2, 7)]
    assert (sent.done_count, events()) == (5, 1)


def test_concurrent_workers_invite_each_person_once(carla, at_once, monkeypatch) -> None:
    monkeypatch.setattr(batch_inviting, "CHUNK_SIZE", 3)
    sent = batch(carla, count=20)
    number = sent.id
    batch_inviting.confirm(sent, company=make.aurora(), by=carla)
    db.session.commit()

    def work(_: int) -> None:
        batch_inviting.invite_all(number)
        db.session.commit()

    assert at_once(4, work) == [None] * 4
    db.session.rollback()
    assert len(invited()) == len(set(invited())) == 20
    assert events() == 1


def test_b12_a_batch_stops_when_its_sender_is_no_longer_administrator(carla, ana, monkeypatch) -> None:
    monkeypatch.setattr(batch_inviting, "CHUNK_SIZE", 2)
    sent = batch(carla, count=5)
    batch_inviting.confirm(sent, company=make.aurora(), by=carla)
    batch_inviting.invite_chunk(sent.id)
    administering.hand_over(make.aurora(), joining.join(ana, make.aurora()), by=carla)
    db.session.commit()
    batch_inviting.invite_all(sent.id)
    db.session.commit()
    assert (len(invited()), sent.was_stopped, events()) == (2, True, 1), "those invited so far get their emails"
    with pytest.raises(NotTheAdministrator):
        batch_inviting.confirm(sent, company=make.aurora(), by=carla)
    with pytest.raises(NotTheAdministrator):
        batch_inviting.create_batch(make.aurora(), rows(1), file_name="p.csv", by=carla)


def test_a_batch_without_valid_rows_cannot_be_confirmed(carla) -> None:
    with pytest.raises(NothingToInvite):
        batch_inviting.confirm(batch(carla, count=2, faulty=2), company=make.aurora(), by=carla)


def test_a_batch_of_another_company_is_not_found(carla, bruno) -> None:
    assert batch_inviting.find_batch(batch(carla).id, make.company_of(bruno)) is None


def test_rows_are_deleted_after_thirty_days_and_their_counts_stay(carla) -> None:
    done, waiting = batch(carla), batch(carla, count=4, faulty=1)
    carry_out(done, carla)
    with time_machine.travel(clock.now() + batch_inviting.ROWS_RETENTION - timedelta(minutes=1), tick=False):
        batch_inviting.delete_old_rows()
        assert db.session.scalar(select(func.count()).select_from(BatchRow)) == 7
    with time_machine.travel(clock.now() + batch_inviting.ROWS_RETENTION + timedelta(minutes=1), tick=False):
        batch_inviting.delete_old_rows()
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(BatchRow)) == 0
    assert (done.valid_count, waiting.valid_count, waiting.can_be_confirmed) == (3, 3, False)
    assert len(invited()) == 3


def test_the_event_of_a_batch_sends_one_email_per_address(carla) -> None:
    carla.language = "es"
    sent = batch(carla, count=3)
    carry_out(sent, carla)
    first = db.session.query(Invitation).filter_by(email="p2@exemplo.example").one()
    inviting.revoke(first, company=make.aurora(), by=carla)
    db.session.commit()
    delivery.deliver_pending()
    posted = db.session.query(SentLetter).all()
    assert sorted(letter.recipient_key for letter in posted) == ["p3@exemplo.example", "p4@exemplo.example"]
    written = [kinds.EMAILS["invitations_sent"].write(db.session.get_one(Event, letter.event_id), letter.recipient_key)
               for letter in posted]  # fmt: skip
    assert [(one.to, one.language) for one in written if one] == [
        ("p3@exemplo.example", "es"),
        ("p4@exemplo.example", "es"),
    ]
    links = {one.action.values["token"] for one in written if one and one.action}
    assert len(links) == 2
    assert not any(link in repr(vars(row)) for link in links for row in db.session.query(Event))
