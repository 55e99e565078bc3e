"""Create, check, run, stop and resume imports. A background job processes the rows in chunks.

Each chunk is one transaction with its ideas, its report and the progress. So a killed import resumes
after the last chunk, and imports nothing twice.
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
from ideas.imports.inserting import ImportedIdea, RejectedRow
from ideas.imports.models import IdeaImport, IdeaImportLine, ImportState
from ideas.imports.sources import PRESETS, Preset
from ideas.products.models import Module, Product

#: Rows per transaction, which other writers wait for; and the pause in which they get SQLite's write lock.
CHUNK_SIZE = 25
PAUSE_SECONDS = 0.05
#: How long the uploaded file is stored.
FILE_RETENTION = timedelta(days=30)

Rows = Iterator[ImportedIdea | RejectedRow]


class ImportChanged(Refused):
    """The import's state does not allow the operation, usually because somebody else changed it."""

    message = N_("Esta importação mudou enquanto você olhava. Veja como ela está agora.")


def create(accepted: Accepted, *, preset: Preset, origin: str, product: Product, by: Person) -> IdeaImport:
    """Store the file and create its import with a guessed mapping. Raises WrongSheet before storing anything."""
    columns, total = sheets.survey(sheets.in_memory(accepted.content), sheets.UPLOAD)
    file = storing.save(accepted, by=by.id, expires_at=clock.now() + FILE_RETENTION)
    one = IdeaImport(
        file_id=file.id, by_id=by.id, product_id=product.id, preset=preset.key, origin=origin,
        columns=columns, mapping=preset.guess(columns), total_rows=total,
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    return one


def check(one: IdeaImport, mapping: Mapping[str, str]) -> None:
    """Start a check of all rows with this mapping, which inserts nothing. Raises ImportChanged."""
    one = _lock(one.id)
    if not one.can_check:
        raise ImportChanged
    one.mapping = dict(mapping)
    _start(one, restart=True)


def run(one: IdeaImport, *, by: Person) -> None:
    """Start or resume the import. Raises ImportChanged."""
    one = _lock(one.id)
    if not (one.can_run or one.can_resume):
        raise ImportChanged
    is_first_run = one.dry_run
    one.dry_run = False
    _start(one, restart=is_first_run)
    if is_first_run:
        facts = {"origin": one.origin, "product": one.product_id, "rows": one.total_rows}
        log.write(by=by, action="ideas_imported", thing="idea_import", thing_id=one.id, after=facts)


def stop(one: IdeaImport) -> None:
    """Stop the job after its current chunk. Raises ImportChanged."""
    one = _lock(one.id)
    if not one.can_stop:
        raise ImportChanged
    one.state = ImportState.STOPPING


def modules_of(product_id: int) -> dict[str, int]:
    """The ids of the product's modules by key."""
    rows = db.session.execute(select(Module.key, Module.id).where(Module.product_id == product_id))
    return {row.key: row.id for row in rows}


def _start(one: IdeaImport, *, restart: bool) -> None:
    if restart:
        one.done_rows = one.made = one.known = one.refused = one.changed = 0
        db.session.execute(delete(IdeaImportLine).where(IdeaImportLine.import_id == one.id))
    one.state, one.turn, one.moved_at, one.fault = ImportState.RUNNING, one.turn + 1, clock.now(), None
    db.session.flush()
    jobs.enqueue(db.session, process, f"ideas-import-{one.id}-{one.turn}", one.id, one.turn)


@jobs.job("ideas.import")
def process(import_id: int, turn: int) -> None:
    """Process the remaining rows in chunks, each committed. Safe to kill and run again."""
    one = _lock(import_id)
    if one.turn != turn or one.state not in {ImportState.RUNNING, ImportState.STOPPING}:
        return
    rows = _rows(one)
    # Hold no lock while reading the file.
    db.session.commit()
    try:
        while chunk := list(islice(rows, CHUNK_SIZE)):
            one = _lock(import_id)
            if one.turn != turn or not _is_still_running(one):
                return
            _process_chunk(one, chunk)
            db.session.commit()
            time.sleep(PAUSE_SECONDS)
    except (WrongSheet, BytesMissing) as fault:
        _fail(_lock(import_id), fault)
        return
    one = _lock(import_id)
    one.state, one.moved_at = ImportState.DONE, clock.now()


def _is_still_running(one: IdeaImport) -> bool:
    if one.state == ImportState.STOPPING:
        one.state, one.moved_at = ImportState.STOPPED, clock.now()
    return one.state == ImportState.RUNNING


def _rows(one: IdeaImport) -> Rows:
    """The rows that are not processed yet."""
    file = db.session.get_one(File, one.file_id)
    modules = modules_of(one.product_id)
    preset, mapping, done = PRESETS[one.preset], dict(one.mapping), one.done_rows

    def read_rows() -> Rows:
        yield from islice(sources.rows(preset, Sheet(lambda: storing.read_chunks(file)), mapping, modules), done, None)

    db.session.expunge(file)
    return read_rows()


def _process_chunk(one: IdeaImport, rows: list[ImportedIdea | RejectedRow]) -> None:
    product = db.session.get_one(Product, one.product_id)
    counts = inserting.import_rows(rows, origin=one.origin, product=product, dry_run=one.dry_run)
    one.done_rows += counts.rows
    one.made += counts.made
    one.known += counts.known
    one.refused += counts.refused
    one.changed += counts.changed
    one.moved_at = clock.now()
    if lines := [line for row in rows for line in _lines(row)]:
        db.session.execute(insert(IdeaImportLine), [{"import_id": one.id, **line} for line in lines])


def _lines(row: ImportedIdea | RejectedRow) -> Iterator[dict[str, Any]]:
    """The report's entries for a row; none if it was imported unchanged."""
    row_of = {"line": row.line, "external_id": row.external_id}
    if isinstance(row, RejectedRow):
        yield row_of | {"what": "refused", "why": row.reason.message, "facts": row.reason.facts}
    else:
        for note in row.notes:
            yield row_of | {"what": "changed", "why": note, "facts": {}}


def _fail(one: IdeaImport, fault: WrongSheet | BytesMissing) -> None:
    gone = N_("O arquivo desta importação já foi apagado. Envie-o de novo: o que entrou não se repete.")
    one.fault, one.fault_facts = (fault.message, fault.facts) if isinstance(fault, WrongSheet) else (gone, {})
    one.state, one.moved_at = ImportState.FAILED, clock.now()


def _lock(import_id: int) -> IdeaImport:
    """Lock the import until the transaction ends, and return it refreshed."""
    return db.session.get_one(IdeaImport, import_id, with_for_update=True, populate_existing=True)
