"""The audit log is append-only, and verification finds what was changed by hand."""

from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from ideas.audit import log
from ideas.audit.models import AuditEntry
from ideas.db import db
from tests.conftest import SERVER

CHANGES = ["UPDATE audit_entry SET why = ''", "DELETE FROM audit_entry"]
# SQLite has no TRUNCATE.
CHANGES += ["TRUNCATE audit_entry"] if SERVER else []


def write(number: int = 1, **facts: Any) -> AuditEntry:
    return log.write(by=None, action="company_closed", thing="company", thing_id=number, **facts)


@pytest.fixture
def unguarded(iris) -> None:
    """Three entries, in a database without the triggers."""
    for number in (1, 2, 3):
        log.write(by=iris, action="company_closed", thing="company", thing_id=number, before={"closed": False},
                  after={"closed": True, "names": ["é", 1]}, why="Pediu")  # fmt: skip
    if SERVER:
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        for name in ("audit_entry_keeps_rows", "audit_entry_keeps_values"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.commit()


@pytest.mark.parametrize("change", CHANGES)
def test_f08_v16_4_2_entries_cannot_be_changed_or_deleted(change):
    write()
    db.session.commit()
    with pytest.raises(DBAPIError, match="the log of privileged acts only grows"):
        db.session.execute(text(change))
    db.session.rollback()
    assert log.verify().entries == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("why", "Outra coisa"), ("action", "company_reopened"), ("by_id", None), ("after", {"closed": False}),
     ("thing_id", 9), ("hash", "0" * 64), ("previous", "f" * 64)],
)  # fmt: skip
def test_f08_v16_4_2_verification_finds_a_changed_entry(unguarded, column, value):
    assert log.verify().broken is None
    db.session.execute(update(AuditEntry).where(AuditEntry.id == 2).values({column: value}))
    db.session.commit()
    verdict = log.verify()
    assert (verdict.broken, verdict.entries) == (2, 1)


def test_f08_v16_4_2_verification_finds_a_deleted_entry(unguarded):
    db.session.execute(text("DELETE FROM audit_entry WHERE id = 2"))
    db.session.commit()
    assert log.verify().broken == 2


def test_deleting_the_last_entries_is_found_by_a_noted_hash(unguarded):
    noted = log.verify().last_hash
    assert log.verify(noted).holds
    db.session.execute(text("DELETE FROM audit_entry WHERE id = 3"))
    db.session.commit()
    verdict = log.verify(noted)
    assert verdict.broken is None
    assert not verdict.holds


def test_an_entry_stores_who_did_what_and_why(iris):
    entry = log.write(by=iris, action="person_locked", thing="person", thing_id=3, before={"locked": False},
                      after={"locked": True}, why="Aparelho roubado")  # fmt: skip
    db.session.expire_all()
    assert (entry.by_id, entry.action, entry.thing, entry.thing_id) == (iris.id, "person_locked", "person", 3)
    assert (entry.before, entry.after, entry.why) == ({"locked": False}, {"locked": True}, "Aparelho roubado")


def test_an_entry_is_rolled_back_with_its_action():
    write()
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry)).all() == []
    assert write().id == 1


def test_concurrent_writers_build_one_chain(at_once):
    def one(number: int) -> None:
        write(number)
        write(number)
        db.session.commit()

    assert at_once(40, one) == [None] * 40
    assert log.verify() == log.Verification(80, log.verify().last_hash)


def test_the_command_reports_whether_the_log_is_intact(app, unguarded):
    run = app.test_cli_runner().invoke
    whole = run(args=["audit", "verify"])
    assert whole.exit_code == 0
    assert "3 entries, each as it was written" in whole.output
    assert run(args=["audit", "verify", "--holds", "f" * 64]).exit_code == 1
    db.session.execute(text("UPDATE audit_entry SET why = 'x' WHERE id = 3"))
    db.session.commit()
    broken = run(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "entry 3 is not as it was written; the 2 before it are" in broken.output
