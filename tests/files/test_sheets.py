"""Reading sheets as spreadsheet programs save them, and writing workbooks without formulas."""

import os
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl import Workbook, load_workbook

from ideas.files import one_at_a_time, sheets, workbooks, xlsx_reading
from ideas.files.accepting import MB
from ideas.files.sheets import (
    BrokenRow,
    Limits,
    NoRows,
    NotASheet,
    TooManyBlankRows,
    TooManyBytes,
    TooManyCells,
    TooManyRows,
    UnknownEncoding,
    WrongSheet,
)
from tests.files.test_accepting import memory_below

pytestmark = pytest.mark.engine_independent

TEXT = "nome;e-mail\r\nJoão Conceição;joao@exemplo.example\r\n\r\n Ana ; ana@exemplo.example ;;\r\n"


def read(content: bytes, **limits: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the titles, and the number and cells of each row."""
    sheet = sheets.Sheet(sheets.in_memory(content), Limits(**limits))
    return sheet.titles, [(row.number, row.cells) for row in sheet.rows()]


def xlsx(*rows: list) -> bytes:
    book, written = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_in_any_common_encoding_and_separator(encoding: str, separator: str) -> None:
    titles, rows = read(TEXT.replace(";", separator).encode(encoding))
    assert titles == ["nome", "e-mail"]
    assert rows == [
        (2, ["João Conceição", "joao@exemplo.example"]),
        (4, [" Ana ", " ana@exemplo.example ", "", ""]),
    ]


def test_a_line_break_in_a_cell_does_not_shift_row_numbers() -> None:
    _, rows = read(b'nome;e-mail\n"Ana\nRibeiro";a@b.example\nBruno;b@b.example\n')
    assert [(number, cells[0]) for number, cells in rows] == [(2, "Ana\nRibeiro"), (3, "Bruno")]


def test_xlsx_cells_of_every_type_are_read_as_text() -> None:
    rows = [None], [1.0, True], [date(2026, 1, 2), 2.5], ["=1+1", None], ["só um"], [None, None, "além"]
    assert read(xlsx(["nome", "e-mail"], *rows))[1] == [
        (3, ["1", "1"]),
        (4, ["2026-01-02T00:00:00", "2.5"]),
        (6, ["só um", ""]),
        (7, ["", "", "além"]),
    ], "a formula is read as its stored result, and this one has none"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"nome;e-mail\n", NoRows),
        (b"\n\n \n", NoRows),
        (xlsx(), NoRows),
        (xlsx(["nome"], [None, None]), NoRows),
        (b"nome;e-mail\n" + b"a;b\n" * 11, TooManyRows),
        (xlsx(["nome"], *[["a"]] * 11), TooManyRows),
        (b'nome;e-mail\nAna;"sem fim\n', BrokenRow),
        (b"nome;e-mail\nAna;" + b"x;" * 500_001, BrokenRow),
        (b'nome;e-mail\nAna;"' + b'\n";"' * 300_000, BrokenRow),
        (b"nome;e-mail\n" + b"\n" * 20_001, TooManyBlankRows),
        (xlsx(["nome"], *[[]] * 20_001, ["Ana"]), TooManyBlankRows),
        (b"nome;e-mail\n" + b"a;b" * 1_000_000, TooManyBytes),
        (b"\x89PNG\r\n\x1a\n", NotASheet),
        (b"nome;e-mail\n\x81\x8d\x8f;b", UnknownEncoding),
        (xlsx(["a"], ["b"])[:200], WrongSheet),
        (b"PK\3\4" + b"0" * 300, WrongSheet),
    ],
)
def test_an_unreadable_sheet_is_refused_with_the_reason(content: bytes, fault: type) -> None:
    with pytest.raises(fault) as refused:
        read(content, rows=10, bytes=2_000_000)
    assert type(refused.value) is fault


def altered(name: str, content: bytes) -> bytes:
    """Return a valid workbook with one of its parts replaced or added."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(xlsx(["nome"], ["Ana"]))) as original,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in original.infolist():
            if entry.filename != name:
                made.writestr(entry.filename, original.read(entry))
        made.writestr(name, content)
    return written.getvalue()


def test_g04_a_zip_bomb_is_refused_by_its_declared_size(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = altered("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_, **__: pytest.fail("it was opened"))
    with memory_below(MB), pytest.raises(WrongSheet):
        list(xlsx_reading.read_rows(bomb))
    with pytest.raises(WrongSheet):
        read(bomb)


def test_g04_nested_entities_are_refused_before_expansion() -> None:
    laughs = "".join(f'<!ENTITY l{place} "{f"&l{place - 1};" * 10}">' for place in range(1, 10))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet><sheetData><row><c t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    with memory_below(2 * sheets.MAX_UNPACKED_BYTES), pytest.raises(WrongSheet):
        read(altered("xl/worksheets/sheet1.xml", entities.encode()))


def test_external_entities_are_not_read(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("segredo")
    content = (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c t="inlineStr"><is><t>a</t></is></c></row>'
        '<row r="2"><c t="inlineStr"><is><t>&f;x</t></is></c></row></sheetData></worksheet>'
    )
    try:
        found = read(altered("xl/worksheets/sheet1.xml", content.encode()))
    except WrongSheet:
        return
    assert "segredo" not in str(found)


def test_g04_a_million_blank_rows_are_refused() -> None:
    far = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c t="inlineStr"><is><t>b</t></is></c></row></sheetData></worksheet>'
    with memory_below(MB), pytest.raises(TooManyBlankRows):
        read(altered("xl/worksheets/sheet1.xml", far.encode()))


def test_g04_a_shared_text_counts_for_every_cell() -> None:
    with pytest.raises(WrongSheet):
        read(xlsx(["nome"], *[["x" * 30_000]] * 400))


def sheet_of(rows: str, head: str = "") -> bytes:
    """Return a workbook with these rows as XML."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return altered(
        "xl/worksheets/sheet1.xml", f"<worksheet {space}>{head}<sheetData>{rows}</sheetData></worksheet>".encode()
    )


TITLES = '<row r="1"><c r="A1" t="str"><v>nome</v></c><c r="B1" t="str"><v>e-mail</v></c></row>'
#: A sheet and its refusal. Each is small, and took seconds or minutes to read.
HOSTILE = {
    "one cell in the last row": (sheet_of(TITLES + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), TooManyBlankRows),
    "a cell in the last column of every row": (
        sheet_of(TITLES + "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 9000))),
        TooManyCells,
    ),
    "nested rows": (sheet_of(TITLES + '<row><c t="str"><v>x</v></c>' * 3000 + "</row>" * 3000), WrongSheet),
    "nested elements": (sheet_of(TITLES + "<a>" * 200_000 + "</a>" * 200_000), WrongSheet),
    "many elements": (sheet_of(TITLES + "<a/>" * 3_000_000), TooManyCells),
    "many cells in one row": (sheet_of(TITLES + "<row>" + "<c><v>1</v></c>" * 600_000 + "</row>"), TooManyCells),
    "many cells without content": (sheet_of(TITLES + "<row>" + "<c/>" * 2_000_000 + "</row>"), TooManyCells),
    "many shared strings": (altered("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 1_000_000 + b"</sst>"), TooManyCells),
    "many styles": (altered("xl/styles.xml", b"<styleSheet>" + b"<font/>" * 3_000_000 + b"</styleSheet>"), TooManyCells),
    "many blank rows": (sheet_of(TITLES + "<row/>" * 90_000), TooManyBlankRows),
    "many blank cells in a CSV": (b"nome;e-mail\n" + (b";" * 900 + b"\n") * 5000, TooManyCells),
    "many blank cells behind others": (b"nome;e-mail\n" + (b"a;b" + b";" * 900 + b"\n") * 5000, TooManyCells),
    "many short rows": (b"nome;e-mail\n" + b"a\n" * 2_400_000, TooManyRows),
    "blank rows in a CSV": (b"nome;e-mail\n" + b"\n" * 4_900_000, TooManyBlankRows),
    "blank rows before the titles": (b"\n" * 4_900_000 + b"nome;e-mail\na;b\n", TooManyBlankRows),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_g04_a_hostile_sheet_is_refused_within_a_second_of_processor_time(name: str) -> None:
    content, refusal = HOSTILE[name]
    before = os.times()
    with pytest.raises(refusal):
        list(sheets.Sheet(sheets.in_memory(content), sheets.UPLOAD).rows())
    spent = [after - earlier for after, earlier in zip(os.times()[:4], before, strict=False)]
    assert sum(spent) < 1, "of this process and of the one that reads"


@pytest.mark.parametrize(
    "rows",
    [
        TITLES + '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        TITLES + '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        TITLES + '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    ],
    ids=["rows out of order", "a row twice", "cells out of order"],
)
def test_a_sheet_with_rows_or_cells_out_of_order_is_refused(rows: str) -> None:
    with pytest.raises(WrongSheet):
        read(sheet_of(rows))


def test_rows_and_cells_outside_the_stated_dimension_are_read() -> None:
    rows = TITLES + '<row r="2"><c r="A2" t="str"><v>Ana</v></c><c r="DD2" t="str"><v>longe</v></c></row>'
    _, ((number, cells),) = read(sheet_of(rows, head='<dimension ref="A1"/>'))
    assert (number, cells[0], cells[-1], len(cells)) == (2, "Ana", "longe", 108)


def test_the_reading_process_ends_at_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "XLSX_TIMEOUT_SECONDS", 0.01)
    with pytest.raises(WrongSheet):
        read(xlsx(["nome"], ["Ana"]))
    monkeypatch.setattr(one_at_a_time, "WAIT_SECONDS", 0.01)
    with one_at_a_time.turn(), pytest.raises(one_at_a_time.TooManyUploads):
        read(xlsx(["nome"], ["Ana"]))


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_line_in_which_excel_names_the_separator_is_not_a_row(separator: str) -> None:
    titles, rows = read(f"sep={separator}\r\nnome{separator}e-mail\r\nAna{separator}a@b.example\r\n".encode())
    assert titles[-1] == "e-mail"
    assert rows[0][0] == 3


def test_blank_lines_before_the_titles_are_skipped() -> None:
    assert read(b"\n ;\nnome;e-mail\nAna;a@b.example\n") == (["nome", "e-mail"], [(4, ["Ana", "a@b.example"])])


DANGEROUS = [
    "=1+1",
    "+55 11",
    "-x",
    "@SUM(A1)",
    "\tx",
    "\rx",
    '"=1+1',
    " =1+1",
    "＝1+1",
    '=HYPERLINK("http://x")',
    "'=1",
]


def test_c08_no_text_in_an_xlsx_is_a_formula() -> None:
    book = load_workbook(
        BytesIO(workbooks.as_xlsx(["um", "dois"], [[cell, -3] for cell in DANGEROUS], choices={1: ["sim", "não"]}))
    )
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert book.active["B2"].value == -3
    assert not book.active._hyperlinks
    assert book.active.data_validations.dataValidation[0].formula1 == '"sim,não"'
