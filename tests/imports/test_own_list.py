"""The portal's own CSV format: valid rows, invalid rows and invalid files."""

import csv
import io

import pytest
from sqlalchemy import select

from ideas.board.models import Idea
from ideas.db import db
from ideas.files import sheets
from ideas.files.sheets import NotASheet, Sheet, WrongSheet
from ideas.imports import inserting, running, sources
from ideas.imports.inserting import ImportedIdea, RejectedRow
from ideas.products.models import Product
from ideas.web import csv_files
from tests.imports.sheets_of_ideas import COLUMNS, FAULTS, csv_of, row

CSV = sources.PRESETS["csv"]


def erp() -> Product:
    return db.session.scalars(select(Product).where(Product.key == "erp")).one()


def rows_of(content: bytes) -> list[ImportedIdea | RejectedRow]:
    sheet = sheets.Sheet(sheets.in_memory(content))
    return list(sources.rows(CSV, sheet, CSV.guess(sheet.columns), running.modules_of(erp().id)))


def test_a_row_becomes_an_idea_with_all_its_columns() -> None:
    inserting.import_rows(rows_of(csv_of([row("A-1", proposta="Um botão.")])), origin="forum", product=erp())
    made = db.session.scalars(select(Idea)).one()
    assert (made.title, made.problem, made.proposal) == ("Exportar o razão", "Hoje copiamos à mão.", "Um botão.")
    assert (made.origin, made.external_id, made.kind, made.language) == ("forum", "A-1", "improvement", "pt-BR")
    assert (made.inherited_votes, made.total_count, made.people_count) == (3, 3, 0)
    assert made.module_id == running.modules_of(erp().id)["fiscal"]


@pytest.mark.parametrize("separator", list(";,\t"))
def test_only_id_and_title_are_required_with_any_separator(separator: str) -> None:
    (one,) = rows_of(csv_of([["7", "Só o título, e mais nada; nem tab"]], ["ID", "Título"], separator))
    assert isinstance(one, ImportedIdea)
    assert (one.external_id, one.title, one.problem) == ("7", "Só o título, e mais nada; nem tab", None)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_invalid_row_is_refused_with_its_number_and_reason(fault: str) -> None:
    cells, why = FAULTS[fault]
    good, refused = rows_of(csv_of([row(1), row(2, **cells)]))
    assert isinstance(good, ImportedIdea)
    assert isinstance(refused, RejectedRow)
    assert refused.line == 3
    assert why in str(refused.reason)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("31/03/2026 14:05", "2026-03-31T17:05:00+00:00"),
        ("31/03/2026 14h05", "2026-03-31T17:05:00+00:00"),
        ("31/03/2026, 14:05:30", "2026-03-31T17:05:30+00:00"),
        ("2026/03/31", "2026-03-31T15:00:00+00:00"),
        ("31-03-2026", "2026-03-31T15:00:00+00:00"),
        ("31.03.2026", "2026-03-31T15:00:00+00:00"),
        (" 1/3/2026 ", "2026-03-01T15:00:00+00:00"),
        ("2026-03-31T00:00:00", "2026-03-31T15:00:00+00:00"),
        ("2026-03-31T22:05:00Z", "2026-03-31T22:05:00+00:00"),
        ("2026-03-31 14:05:00.123 UTC", "2026-03-31T14:05:00+00:00"),
        ("2026-03-31T22:05:00-03:00", "2026-04-01T01:05:00+00:00"),
        ("2026-03-31 22:05:00 +0200", "2026-03-31T20:05:00+00:00"),
    ],
)
def test_a_date_is_read_as_spreadsheets_and_exporters_write_it(written: str, expected: str) -> None:
    (one,) = rows_of(csv_of([row(1, data=written)]))
    assert isinstance(one, ImportedIdea), one
    assert one.published_at.isoformat() == expected


@pytest.mark.parametrize(("written", "votes"), [("37", 37), (" 37 ", 37), ("37.0", 37), ("37,00", 37), ("1.234", 1234)])
def test_votes_are_read_as_spreadsheets_write_whole_numbers(written: str, votes: int) -> None:
    (one,) = rows_of(csv_of([row(1, votos=written)]))
    assert isinstance(one, ImportedIdea), one
    assert one.inherited == votes


def test_missing_and_surplus_blank_cells_at_the_end_of_a_row_do_not_matter() -> None:
    short, long, wrong = rows_of(csv_of([["1", "Só o título"], [*row(2), "", " "], [*row(3), "", "a mais"]]))
    assert isinstance(short, ImportedIdea)
    assert isinstance(long, ImportedIdea)
    assert isinstance(wrong, RejectedRow)
    assert "tem 11 células" in str(wrong.reason)


def test_a_row_of_totals_is_refused_alone_with_its_reason() -> None:
    one, total = rows_of(csv_of([row(1), ["Total", "", "", "", "1"]]))
    assert isinstance(one, ImportedIdea)
    assert isinstance(total, RejectedRow)
    assert "título está vazio" in str(total.reason)


def test_a_duplicate_id_is_refused_and_blank_rows_are_ignored() -> None:
    first, second = rows_of(csv_of([row(1), ["", " "], [], row(1)]))
    assert isinstance(first, ImportedIdea)
    assert isinstance(second, RejectedRow)
    assert second.line == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_chunks_may_split_characters_and_lines(encoding: str) -> None:
    content = csv_of([row(number, titulo="Ação é ótima ão") for number in range(50)]).decode().encode(encoding)
    pieces = [content[start : start + 7] for start in range(0, len(content), 7)]
    assert list(Sheet(lambda: pieces).rows()) == list(Sheet(sheets.in_memory(content)).rows())
    assert sheets.survey(lambda: pieces) == (COLUMNS, 50)
    assert next(Sheet(lambda: pieces).rows()).cells[1] == "Ação é ótima ão"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", sheets.NoRows),
        (b"\xff\xfei\0d\0;\0x", sheets.UnknownEncoding),
        (b"id;titulo\n1;\x81\x8d\n", sheets.UnknownEncoding),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotASheet),
        (b"%PDF-1.7 and more", NotASheet),
        (b"PK\x03\x04 a broken spreadsheet", WrongSheet),
        (b"id|titulo\n1|x\n", sheets.NoColumns),
        (b"id;titulo;id\n1;x;2\n", sheets.DuplicateColumn),
        (b"id;titulo\n;\n", sheets.NoRows),
        (b'id;titulo\n1;"x\n2;y\n', sheets.BrokenRow),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(content: bytes, fault: type[WrongSheet]) -> None:
    with pytest.raises(fault):
        sheets.survey(sheets.in_memory(content))


def test_the_template_is_a_valid_file() -> None:
    content = "".join(csv_files.lines(*sources.template())).encode()
    assert [type(one) for one in rows_of(content)] == [ImportedIdea, ImportedIdea]
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")) == COLUMNS


def test_a_dry_run_counts_like_a_run_and_inserts_nothing(bruno) -> None:
    rows = rows_of(csv_of([row(1), row(2), row(3, data="ontem"), row(4, titulo=" T  ")]))
    inserting.import_rows(rows[:1], origin="forum", product=erp())
    tried = inserting.import_rows(rows, origin="forum", product=erp(), dry_run=True)
    assert db.session.query(Idea).count() == 1
    assert tried == inserting.import_rows(rows, origin="forum", product=erp())
    assert (tried.made, tried.known, tried.refused, tried.changed) == (2, 1, 1, 1)
