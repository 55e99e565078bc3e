"""An import runs in the background, can be stopped and resumed, and creates no duplicates."""

import pytest
from sqlalchemy import select, text

from ideas.audit.models import AuditEntry
from ideas.board.models import Idea
from ideas.db import db
from ideas.files.accepting import Accepted
from ideas.files.models import File
from ideas.files.sheets import WrongSheet
from ideas.imports import running, sources
from ideas.imports.models import IdeaImport, IdeaImportLine
from ideas.imports.running import ImportChanged
from ideas.products.models import Product
from tests.imports.sheets_of_ideas import csv_of, faulty, row


def begin(by, rows: list[list[str]]) -> IdeaImport:
    accepted = Accepted("ideias.csv", "text/plain", csv_of(rows))
    product = db.session.scalars(select(Product).where(Product.key == "erp")).one()
    return running.create(accepted, preset=sources.PRESETS["csv"], origin="forum", product=product, by=by)


def tried(by, rows: list[list[str]]) -> IdeaImport:
    one = begin(by, rows)
    running.check(one, one.mapping)
    running.process(one.id, one.turn)
    return one


def counts(one: IdeaImport) -> tuple[int, int, int, int]:
    return one.made, one.known, one.refused, one.changed


def ideas() -> int:
    return db.session.query(Idea).count()


def test_a_check_and_a_run_have_the_same_result(iris) -> None:
    rows = [row(number) if number % 3 else faulty(number) for number in range(250)]
    one = tried(iris, rows)
    assert (one.state, one.can_run, ideas()) == ("done", True, 0)
    found, reported = counts(one), db.session.query(IdeaImportLine).count()
    running.run(one, by=iris)
    running.process(one.id, one.turn)
    assert (one.state, counts(one), ideas()) == ("done", found, one.made)
    assert db.session.query(IdeaImportLine).count() == reported
    assert one.done_rows == one.total_rows == sum(found[:3])
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.by_id, entry.after["origin"]) == ("ideas_imported", iris.id, "forum")


def test_an_invalid_file_is_not_stored(iris) -> None:
    with pytest.raises(WrongSheet):
        begin(iris, [])
    assert db.session.query(File).count() == db.session.query(IdeaImport).count() == 0


def test_a_stopped_import_resumes_after_its_last_chunk(iris, monkeypatch) -> None:
    monkeypatch.setattr(running, "CHUNK_SIZE", 10)
    one = tried(iris, [row(number) for number in range(45)])
    running.run(one, by=iris)
    take = running._process_chunk

    def take_and_be_stopped(one, rows):
        take(one, rows)
        if one.done_rows == 20:
            one.state = "stopping"

    monkeypatch.setattr(running, "_process_chunk", take_and_be_stopped)
    running.process(one.id, one.turn)
    assert (one.state, one.done_rows, ideas(), one.can_resume) == ("stopped", 20, 20, True)
    running.run(one, by=iris)
    running.process(one.id, one.turn)
    assert (one.state, one.done_rows, one.made, ideas()) == ("done", 45, 45, 45)
    assert db.session.query(AuditEntry).count() == 1, "going on is no new act"


def test_other_writers_get_the_lock_between_chunks(iris, monkeypatch) -> None:
    open_while_resting = []
    monkeypatch.setattr(running, "CHUNK_SIZE", 10)
    monkeypatch.setattr(running.time, "sleep", lambda _: open_while_resting.append(db.session().in_transaction()))
    tried(iris, [row(number) for number in range(15)])
    assert open_while_resting == [False, False]


def test_a_killed_job_resumes_after_its_last_chunk(iris, monkeypatch) -> None:
    monkeypatch.setattr(running, "CHUNK_SIZE", 10)
    one = tried(iris, [row(number) for number in range(35)])
    running.run(one, by=iris)
    take = running._process_chunk

    def die(one, rows):
        take(one, rows)
        if one.done_rows == 20:
            raise MemoryError

    monkeypatch.setattr(running, "_process_chunk", die)
    with pytest.raises(MemoryError):
        running.process(one.id, one.turn)
    db.session.rollback()
    assert (one.state, one.done_rows, ideas()) == ("going", 10, 10), "the handful it died in left no trace"
    monkeypatch.setattr(running, "_process_chunk", take)
    running.process(one.id, one.turn)
    assert (one.state, one.made, one.known, ideas()) == ("done", 35, 0, 35)


def test_a_job_of_an_earlier_start_does_nothing(iris) -> None:
    one = tried(iris, [row(1)])
    running.run(one, by=iris)
    running.process(one.id, one.turn - 1)
    assert (one.state, ideas()) == ("going", 0)


def test_an_import_starts_once_and_only_after_a_check(iris) -> None:
    one = begin(iris, [row(1)])
    with pytest.raises(ImportChanged):
        running.run(one, by=iris)
    running.check(one, one.mapping)
    with pytest.raises(ImportChanged):
        running.check(one, one.mapping)
    running.process(one.id, one.turn)
    running.run(one, by=iris)
    for operation in (lambda: running.run(one, by=iris), lambda: running.check(one, one.mapping)):
        with pytest.raises(ImportChanged):
            operation()
    running.process(one.id, one.turn)
    with pytest.raises(ImportChanged):
        running.stop(one)


def test_a_deleted_file_fails_the_import_with_the_reason(iris) -> None:
    one = begin(iris, [row(1)])
    db.session.execute(text("UPDATE file SET key = 'aa/gone'"))
    db.session.expire_all()
    running.check(one, one.mapping)
    running.process(one.id, one.turn)
    assert one.state == "failed"
    assert "já foi apagado" in one.fault
