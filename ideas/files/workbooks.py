"""Rows as a workbook (XLSX) to open in a spreadsheet, in which no cell is a formula (reliability.md C08)."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST, _MOST_CHOSEN = 60, 5001
Cell = str | int | float


def as_xlsx(
    titles: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    choices: Mapping[int, Sequence[str]] | None = None,
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
