"""A table handed over as a CSV file, row by row, that a spreadsheet opens and never runs.

Semicolons and a byte order mark: so Excel, in Portuguese and in Spanish, opens it with one press. A text
that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection); numbers
stay numbers.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from ideas.db import begin_for_writing

#: What begins a formula, also behind a quote or white space, also in full width.
_FORMULA = re.compile(r"""[\s"'‘’“”]*[=+\-@\t\r\n＝＋－＠]""")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer: an attachment of that name (without its ending), made while it is sent.

    What is to be written (a line of the audit log) is committed before: `rows` only reads.
    """
    body = stream_with_context(_lines(heads, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv", headers=headers)


def harmless(cell: object) -> str:
    """A cell as text that no spreadsheet computes."""
    words = "" if cell is None else str(cell)
    if _FORMULA.match(words) and not _NUMBER.fullmatch(words):
        return "'" + words
    return words


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    begin_for_writing(False)
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), delimiter=";", lineterminator="\r\n")
    lines.append("\ufeff")
    writer.writerow([harmless(head) for head in heads])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
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
