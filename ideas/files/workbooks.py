"""Write rows as an XLSX workbook without formulas (reliability.md C08)."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_COLUMN_WIDTH, _LAST_VALIDATED_ROW = 60, 5001
Cell = str | int | float


def as_xlsx(
    titles: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    choices: Mapping[int, Sequence[str]] | None = None,
) -> bytes:
    """Return an XLSX file with text cells and a frozen bold title row. `choices` lists the values of a column."""
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                              "strings_to_numbers": False})  # fmt: skip
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, titles, book.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 0)
    widths = [len(title) for title in titles]
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
        widths = [max(width, len(str(cell))) for width, cell in zip(widths, row, strict=True)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, 12), _MAX_COLUMN_WIDTH) + 2)
    for column, values in (choices or {}).items():
        sheet.data_validation(1, column, _LAST_VALIDATED_ROW, column, {"validate": "list", "source": list(values)})
    book.close()
    return buffer.getvalue()
