"""Reading sheets as spreadsheet programs save them, and writing workbooks without formulas."""

import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl import Workbook, load_workbook

from ideas.files import sheets, workbooks
from ideas.files.accepting import MB
from ideas.files.sheets import (
    BrokenRow,
    Limits,
    NoRows,
    NotASheet,
    TooManyBlankRows,
    TooManyBytes,
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
    """Return a valid workbook with one of its parts replaced."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(xlsx(["nome"], ["Ana"]))) as original,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in original.infolist():
            made.writestr(entry.filename, content if entry.filename == name else original.read(entry))
    return written.getvalue()


def test_g04_a_zip_bomb_is_refused_by_its_declared_size(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = altered("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_, **__: pytest.fail("it was opened"))
    with memory_below(MB), pytest.raises(WrongSheet):
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


def test_g04_a_shared_text_counts_for_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 50_000)
    with pytest.raises(WrongSheet):
        read(xlsx(["nome"], *[["x" * 1000]] * 60))


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
