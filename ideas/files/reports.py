"""Rows as a file to open in a spreadsheet, CSV or XLSX, in which no cell is a formula.

A program that opens a CSV takes a cell that begins with = + - @ for a formula, and runs it. Such a cell gets
an apostrophe before it; numbers stay numbers (reliability.md C08).
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

Cell = str | int | float
#: Also in full width, and after quotes and blanks, which some programs skip.
_FORMULA = re.compile(r"[\s\"'“”]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*%?")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST, _MOST_CHOSEN = 60, 5001


def neutral(cell: Cell) -> Cell:
    """The cell as it may stand in a CSV."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell) or not _FORMULA.match(cell):
        return cell
    return "'" + cell


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV as Brazilian and most Latin American spreadsheets open it: UTF-8 with its mark, semicolons."""
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    writer.writerow(titles)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, choices: Mapping[int, Sequence[str]] | None = None
) -> bytes:
    """An XLSX whose texts are texts, titles in bold and always in sight; `choices` offers values in a column."""
    from xlsxwriter import Workbook

    written = BytesIO()
    book = Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                              "strings_to_numbers": False})  # fmt: skip
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, titles, book.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 0)
    widths = [len(title) for title in titles]
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
        widths = [max(width, len(str(cell))) for width, cell in zip(widths, row, strict=True)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, 12), _WIDEST) + 2)
    for column, offered in (choices or {}).items():
        sheet.data_validation(1, column, _MOST_CHOSEN, column, {"validate": "list", "source": list(offered)})
    book.close()
    return written.getvalue()
