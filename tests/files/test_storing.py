"""Bytes and rows: a row always has its bytes, and bytes without a row are deleted."""

import os
from datetime import timedelta

import pytest
import time_machine
from obstore.exceptions import AlreadyExistsError
from sqlalchemy import func, select

from ideas import clock
from ideas.db import db
from ideas.files import storing, sweeping
from ideas.files.accepting import Accepted
from ideas.files.models import File
from ideas.files.storing import BytesMissing


@pytest.fixture(autouse=True)
def own_store(app, tmp_path):
    storing.configure(tmp_path / "files")
    yield
    storing.configure(app.extensions["settings"].instance_path / "files")


def note(text: str = "conteúdo", name: str = "nota.txt") -> Accepted:
    return Accepted(name, "text/plain", text.encode())


def on_disk(tmp_path) -> int:
    return sum(1 for path in (tmp_path / "files").rglob("*") if path.is_file())


def age(tmp_path, days: int) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    for path in (tmp_path / "files").rglob("*"):
        os.utime(path, (then, then))


def test_a_saved_file_can_be_read(ana) -> None:
    file = storing.save(note("x" * 700_000), by=ana.id)
    assert storing.read(file) == b"x" * 700_000
    assert max(len(part) for part in storing.read_chunks(file)) < 700_000, "it is read in chunks"
    assert (file.size, file.name, file.by_id) == (700_000, "nota.txt", ana.id)


def test_g05_v5_3_2_files_with_the_same_name_and_content_are_stored_separately(ana) -> None:
    first, second = storing.save(note(), by=ana.id), storing.save(note(), by=ana.id)
    assert first.key != second.key
    storing.delete_bytes(first.key)
    assert storing.read(second) == "conteúdo".encode()
    with pytest.raises(BytesMissing):
        storing.read(first)


def test_g05_bytes_are_never_overwritten(ana, monkeypatch) -> None:
    file = storing.save(note("primeiro"), by=ana.id)
    monkeypatch.setattr(storing.secrets, "token_hex", lambda *_: file.key[3:])
    with pytest.raises(AlreadyExistsError):
        storing.write_bytes(b"segundo")
    assert storing.read(file) == b"primeiro"


def test_g09_v2_3_3_no_row_is_written_if_writing_the_bytes_fails(ana, tmp_path) -> None:
    storing.configure(tmp_path / "a-file")
    (tmp_path / "a-file").write_text("in the way")
    with pytest.raises(Exception, match=r".+"):
        storing.save(note(), by=ana.id)
    assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_g09_bytes_without_a_committed_row_are_deleted_after_a_day(ana, tmp_path) -> None:
    kept = storing.save(note("fica"), by=ana.id)
    db.session.commit()
    storing.save(note("some"), by=ana.id)
    db.session.rollback()
    assert on_disk(tmp_path) == 2
    assert sweeping.delete_orphans(clock.now() - sweeping.GRACE_PERIOD) == 0, "a transaction may still be running"
    age(tmp_path, days=2)
    sweeping.sweep()
    assert on_disk(tmp_path) == 1
    assert storing.read(kept) == b"fica"


def test_g08_an_expired_file_is_unavailable_at_once_and_deleted_by_the_nightly_job(ana, tmp_path) -> None:
    until = clock.now() + timedelta(days=90)
    file = storing.save(note(), by=ana.id, expires_at=until)
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert file.is_available
        assert sweeping.delete_expired(clock.now()) == 0
    with time_machine.travel(until, tick=False):
        assert not file.is_available
        storing.delete_bytes(file.key)  # as if the job was killed between bytes and row
        assert sweeping.delete_expired(clock.now()) == 1
        assert sweeping.delete_expired(clock.now()) == 0
    assert file.gone_at == until
    assert on_disk(tmp_path) == 0
    assert not file.is_available, "even if the clock is set back"


def test_hidden_and_held_files_are_available_but_not_visible(ana) -> None:
    file = storing.save(note(), by=ana.id)
    assert file.is_visible
    for column in ("hidden_at", "held_at"):
        setattr(file, column, clock.now())
        assert file.is_available
        assert not file.is_visible
        setattr(file, column, None)
