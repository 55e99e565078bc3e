"""Bytes and rows: never a row without its bytes, and no bytes for ever without a row."""

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
    storing.use(tmp_path / "files")
    yield
    storing.use(app.extensions["settings"].instance_path / "files")


def note(text: str = "conteúdo", name: str = "nota.txt") -> Accepted:
    return Accepted(name, "text/plain", text.encode())


def on_disk(tmp_path) -> int:
    return sum(1 for path in (tmp_path / "files").rglob("*") if path.is_file())


def age(tmp_path, days: int) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    for path in (tmp_path / "files").rglob("*"):
        os.utime(path, (then, then))


def test_what_is_kept_is_had_back(ana) -> None:
    file = storing.keep(note("x" * 700_000), by=ana.id)
    assert storing.content(file) == b"x" * 700_000
    assert max(len(part) for part in storing.parts(file)) < 700_000, "it comes in pieces"
    assert (file.size, file.name, file.by_id) == (700_000, "nota.txt", ana.id)


def test_g05_v5_3_2_two_files_of_one_name_and_content_never_share_bytes(ana) -> None:
    first, second = storing.keep(note(), by=ana.id), storing.keep(note(), by=ana.id)
    assert first.key != second.key
    storing.remove(first.key)
    assert storing.content(second) == "conteúdo".encode()
    with pytest.raises(BytesMissing):
        storing.content(first)


def test_g05_bytes_are_never_written_over(ana, monkeypatch) -> None:
    file = storing.keep(note("primeiro"), by=ana.id)
    monkeypatch.setattr(storing.secrets, "token_hex", lambda *_: file.key[3:])
    with pytest.raises(AlreadyExistsError):
        storing.put(b"segundo")
    assert storing.content(file) == b"primeiro"


def test_g09_v2_3_3_when_the_disk_refuses_there_is_no_row(ana, tmp_path) -> None:
    storing.use(tmp_path / "a-file")
    (tmp_path / "a-file").write_text("in the way")
    with pytest.raises(Exception, match=r".+"):
        storing.keep(note(), by=ana.id)
    assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_g09_bytes_whose_row_was_never_committed_are_swept_after_a_day(ana, tmp_path) -> None:
    kept = storing.keep(note("fica"), by=ana.id)
    db.session.commit()
    storing.keep(note("some"), by=ana.id)
    db.session.rollback()
    assert on_disk(tmp_path) == 2
    assert sweeping.remove_orphans(clock.now() - sweeping.GRACE) == 0, "a deed may still be under way"
    age(tmp_path, days=2)
    sweeping.sweep()
    assert on_disk(tmp_path) == 1
    assert storing.content(kept) == b"fica"


def test_g08_an_expired_file_is_gone_at_the_second_and_its_bytes_after_the_sweep(ana, tmp_path) -> None:
    until = clock.now() + timedelta(days=90)
    file = storing.keep(note(), by=ana.id, expires_at=until)
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert file.is_there
        assert sweeping.expire(clock.now()) == 0
    with time_machine.travel(until, tick=False):
        assert not file.is_there
        storing.remove(file.key)  # a job that was killed after the bytes and before the row
        assert sweeping.expire(clock.now()) == 1
        assert sweeping.expire(clock.now()) == 0
    assert file.gone_at == until
    assert on_disk(tmp_path) == 0
    assert not file.is_there, "also when the clock is set back"


def test_hidden_and_held_files_are_there_but_not_shown(ana) -> None:
    file = storing.keep(note(), by=ana.id)
    assert file.is_shown
    for column in ("hidden_at", "held_at"):
        setattr(file, column, clock.now())
        assert file.is_there
        assert not file.is_shown
        setattr(file, column, None)
