"""An import as it goes: kept, tried, run, stopped, gone on with. The worker does the rows, some at a time.

Each handful of rows, what became of them and how far the file is done are one transaction: killed
at any moment, the import goes on after the last handful, and nothing is doubled.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select

from ideas import clock, jobs
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.files import sheets, storing
from ideas.files.accepting import Accepted
from ideas.files.models import File
from ideas.files.sheets import Sheet, WrongSheet
from ideas.files.storing import BytesMissing
from ideas.imports import inserting, sources
from ideas.imports.inserting import Incoming, Unfit
from ideas.imports.models import IdeaImport, IdeaImportLine, State
from ideas.imports.sources import PRESETS, Preset
from ideas.products.models import Module, Product

#: Rows to a transaction: other writers wait no longer than these take; and the seconds in which they get SQLite's
#: writer before the next.
ROWS_AT_ONCE = 25
BREATH = 0.05
#: How long the file stays after it was sent.
KEPT = timedelta(days=30)

Rows = Iterator[Incoming | Unfit]


class NotNow(Refused):
    """The import does not stand as the page showed it: somebody else was quicker, most often."""

    message = N_("Esta importação mudou enquanto você olhava. Veja como ela está agora.")


def begin(accepted: Accepted, *, preset: Preset, origin: str, product: Product, by: Person) -> IdeaImport:
    """Keep a file to bring in, its columns guessed. Raises WrongSheet, and then nothing was kept."""
    columns, total = sheets.survey(sheets.in_memory(accepted.content))
    file = storing.keep(accepted, by=by.id, expires_at=clock.now() + KEPT)
    one = IdeaImport(
        file_id=file.id, by_id=by.id, product_id=product.id, preset=preset.key, origin=origin,
        columns=columns, mapping=preset.guess(columns), total_rows=total,
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    return one


def check(one: IdeaImport, mapping: Mapping[str, str]) -> None:
    """Try every row with these columns, and make nothing. Raises NotNow."""
    one = _locked(one.id)
    if not one.may_be_tried:
        raise NotNow
    one.mapping = dict(mapping)
    _set_going(one, from_the_start=True)


def run(one: IdeaImport, *, by: Person) -> None:
    """Make the ideas, or go on where it stopped. Raises NotNow."""
    one = _locked(one.id)
    if not (one.may_be_run or one.may_go_on):
        raise NotNow
    first = one.dry_run
    one.dry_run = False
    _set_going(one, from_the_start=first)
    if first:
        facts = {"origin": one.origin, "product": one.product_id, "rows": one.total_rows}
        log.write(by=by, action="ideas_imported", thing="idea_import", thing_id=one.id, after=facts)


def stop(one: IdeaImport) -> None:
    """Have the worker stop after the rows it has in hand. Raises NotNow."""
    one = _locked(one.id)
    if not one.may_be_stopped:
        raise NotNow
    one.state = State.STOPPING


def modules_of(product_id: int) -> dict[str, int]:
    """The modules that rows may name: key -> id."""
    rows = db.session.execute(select(Module.key, Module.id).where(Module.product_id == product_id))
    return {row.key: row.id for row in rows}


def _set_going(one: IdeaImport, *, from_the_start: bool) -> None:
    if from_the_start:
        one.done_rows = one.made = one.known = one.refused = one.changed = 0
        db.session.execute(delete(IdeaImportLine).where(IdeaImportLine.import_id == one.id))
    one.state, one.turn, one.moved_at, one.fault = State.GOING, one.turn + 1, clock.now(), None
    db.session.flush()
    jobs.enqueue(db.session, work, f"ideas-import-{one.id}-{one.turn}", one.id, one.turn)


@jobs.job("ideas.import")
def work(import_id: int, turn: int) -> None:
    """Do the rows that are left, handful by handful, each committed. Safe to kill and run again."""
    one = _locked(import_id)
    if one.turn != turn or one.state not in {State.GOING, State.STOPPING}:
        return
    rows = _rows(one)
    # Reading the file holds no lock.
    db.session.commit()
    try:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            one = _locked(import_id)
            if one.turn != turn or not _goes_on(one):
                return
            _take(one, some)
            db.session.commit()
            time.sleep(BREATH)
    except (WrongSheet, BytesMissing) as fault:
        _fail(_locked(import_id), fault)
        return
    one = _locked(import_id)
    one.state, one.moved_at = State.DONE, clock.now()


def _goes_on(one: IdeaImport) -> bool:
    if one.state == State.STOPPING:
        one.state, one.moved_at = State.STOPPED, clock.now()
    return one.state == State.GOING


def _rows(one: IdeaImport) -> Rows:
    """The rows that are not done yet."""
    file = db.session.get_one(File, one.file_id)
    modules = modules_of(one.product_id)
    preset, mapping, done = PRESETS[one.preset], dict(one.mapping), one.done_rows

    def read() -> Rows:
        yield from islice(sources.rows(preset, Sheet(lambda: storing.parts(file)), mapping, modules), done, None)

    db.session.expunge(file)
    return read()


def _take(one: IdeaImport, rows: list[Incoming | Unfit]) -> None:
    product = db.session.get_one(Product, one.product_id)
    outcome = inserting.take(rows, origin=one.origin, product=product, dry_run=one.dry_run)
    one.done_rows += outcome.rows
    one.made += outcome.made
    one.known += outcome.known
    one.refused += outcome.refused
    one.changed += outcome.changed
    one.moved_at = clock.now()
    if lines := [line for row in rows for line in _lines(row)]:
        db.session.execute(insert(IdeaImportLine), [{"import_id": one.id, **line} for line in lines])


def _lines(row: Incoming | Unfit) -> Iterator[dict[str, Any]]:
    """What the report says of a row; nothing when it was brought in as it stood."""
    place = {"line": row.line, "external_id": row.external_id}
    if isinstance(row, Unfit):
        yield place | {"what": "refused", "why": row.reason.message, "facts": row.reason.facts}
    else:
        for note in row.notes:
            yield place | {"what": "changed", "why": note, "facts": {}}


def _fail(one: IdeaImport, fault: WrongSheet | BytesMissing) -> None:
    gone = N_("O arquivo desta importação já foi apagado. Envie-o de novo: o que entrou não se repete.")
    one.fault, one.fault_facts = (fault.message, fault.facts) if isinstance(fault, WrongSheet) else (gone, {})
    one.state, one.moved_at = State.FAILED, clock.now()


def _locked(import_id: int) -> IdeaImport:
    """The import as it is now, nobody else's until the transaction ends."""
    return db.session.get_one(IdeaImport, import_id, with_for_update=True, populate_existing=True)
