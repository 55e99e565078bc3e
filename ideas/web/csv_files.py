"""A table handed over as a CSV file, row by row, that a spreadsheet opens and never runs.

Semicolons and a byte order mark: so Excel, in Portuguese and in Spanish, opens it with one press.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from ideas import text
from ideas.modes import Mode, set_mode


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer: an attachment of that name (without its ending), made while it is sent.

    What is to be written (a line of the audit log) is committed before: `rows` only reads.
    """
    body = stream_with_context(lines(heads, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv", headers=headers)


def lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, some lines at a time."""
    set_mode(Mode.TRANSACTION)
    lines = ["\ufeff"]
    writer = csv.writer(_Lines(lines), delimiter=";", lineterminator="\r\n")
    writer.writerow([text.csv_cell(head) for head in heads])
    for row in rows:
        writer.writerow([text.csv_cell(cell) for cell in row])
        if len(lines) >= 200:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


class _Lines:
    """What csv takes for a file."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> None:
        self._lines.append(line)
