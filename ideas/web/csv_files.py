"""Stream a table as a CSV file whose cells a spreadsheet never runs as formulas.

It has semicolons and a byte order mark, because Excel expects them in Portuguese and in Spanish.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from ideas import text
from ideas.modes import Mode, set_mode


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return an attachment, generated while it is sent. `name` has no extension.

    `rows` must only read: the caller has committed its writes, such as a line of the audit log.
    """
    body = stream_with_context(lines(headings, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv", headers=headers)


def lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file in chunks of 200 lines."""
    set_mode(Mode.TRANSACTION)
    lines = ["\ufeff"]
    writer = csv.writer(_LineBuffer(lines), delimiter=";", lineterminator="\r\n")
    writer.writerow([text.csv_cell(heading) for heading in headings])
    for row in rows:
        writer.writerow([text.csv_cell(cell) for cell in row])
        if len(lines) >= 200:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


class _LineBuffer:
    """The file-like object that `csv.writer` needs."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> None:
        self._lines.append(line)
