"""An import goes on by itself, stops when told, goes on where it was, and doubles nothing."""

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
from ideas.imports.running import NotNow
from ideas.products.models import Product
from tests.imports.sheets_of_ideas import csv_of, faulty, row


def begin(by, rows: list[list[str]]) -> IdeaImport:
    accepted = Accepted("ideias.csv", "text/plain", csv_of(rows))
    product = db.session.scalars(select(Product).where(Product.key == "erp")).one()
    return running.begin(accepted, preset=sources.PRESETS["csv"], origin="forum", product=product, by=by)


def tried(by, rows: list[list[str]]) -> IdeaImport:
    one = begin(by, rows)
    running.check(one, one.mapping)
    running.work(one.id, one.turn)
    return one


def counts(one: IdeaImport) -> tuple[int, int, int, int]:
    return one.made, one.known, one.refused, one.changed


def ideas() -> int:
    return db.session.query(Idea).count()


def test_a_check_and_then_the_run_find_the_same(iris) -> None:
    rows = [row(number) if number % 3 else faulty(number) for number in range(250)]
    one = tried(iris, rows)
    assert (one.state, one.may_be_run, ideas()) == ("done", True, 0)
    found, told = counts(one), db.session.query(IdeaImportLine).count()
    running.run(one, by=iris)
    running.work(one.id, one.turn)
    assert (one.state, counts(one), ideas()) == ("done", found, one.made)
    assert db.session.query(IdeaImportLine).count() == told
    assert one.done_rows == one.total_rows == sum(found[:3])
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.by_id, entry.after["origin"]) == ("ideas_imported", iris.id, "forum")


def test_a_wrong_file_keeps_nothing(iris) -> None:
    with pytest.raises(WrongSheet):
        begin(iris, [])
    assert db.session.query(File).count() == db.session.query(IdeaImport).count() == 0


def test_told_to_stop_it_stops_between_two_handfuls_and_goes_on_there(iris, monkeypatch) -> None:
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 10)
    one = tried(iris, [row(number) for number in range(45)])
    running.run(one, by=iris)
    take = running._take

    def take_and_be_stopped(one, rows):
        take(one, rows)
        if one.done_rows == 20:
            one.state = "stopping"

    monkeypatch.setattr(running, "_take", take_and_be_stopped)
    running.work(one.id, one.turn)
    assert (one.state, one.done_rows, ideas(), one.may_go_on) == ("stopped", 20, 20, True)
    running.run(one, by=iris)
    running.work(one.id, one.turn)
    assert (one.state, one.done_rows, one.made, ideas()) == ("done", 45, 45, 45)
    assert db.session.query(AuditEntry).count() == 1, "going on is no new act"


def test_between_two_handfuls_others_may_write(iris, monkeypatch) -> None:
    open_while_resting = []
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(running.time, "sleep", lambda _: open_while_resting.append(db.session().in_transaction()))
    tried(iris, [row(number) for number in range(15)])
    assert open_while_resting == [False, False]


def test_a_job_that_dies_goes_on_after_its_last_handful(iris, monkeypatch) -> None:
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 10)
    one = tried(iris, [row(number) for number in range(35)])
    running.run(one, by=iris)
    take = running._take

    def die(one, rows):
        take(one, rows)
        if one.done_rows == 20:
            raise MemoryError

    monkeypatch.setattr(running, "_take", die)
    with pytest.raises(MemoryError):
        running.work(one.id, one.turn)
    db.session.rollback()
    assert (one.state, one.done_rows, ideas()) == ("going", 10, 10), "the handful it died in left no trace"
    monkeypatch.setattr(running, "_take", take)
    running.work(one.id, one.turn)
    assert (one.state, one.made, one.known, ideas()) == ("done", 35, 0, 35)


def test_the_job_of_an_earlier_turn_does_nothing(iris) -> None:
    one = tried(iris, [row(1)])
    running.run(one, by=iris)
    running.work(one.id, one.turn - 1)
    assert (one.state, ideas()) == ("going", 0)


def test_an_import_is_begun_once_and_not_before_it_was_checked(iris) -> None:
    one = begin(iris, [row(1)])
    with pytest.raises(NotNow):
        running.run(one, by=iris)
    running.check(one, one.mapping)
    with pytest.raises(NotNow):
        running.check(one, one.mapping)
    running.work(one.id, one.turn)
    running.run(one, by=iris)
    for deed in (lambda: running.run(one, by=iris), lambda: running.check(one, one.mapping)):
        with pytest.raises(NotNow):
            deed()
    running.work(one.id, one.turn)
    with pytest.raises(NotNow):
        running.stop(one)


def test_a_file_that_was_swept_away_is_told(iris) -> None:
    one = begin(iris, [row(1)])
    db.session.execute(text("UPDATE file SET key = 'aa/gone'"))
    db.session.expire_all()
    running.check(one, one.mapping)
    running.work(one.id, one.turn)
    assert one.state == "failed"
    assert "já foi apagado" in one.fault
