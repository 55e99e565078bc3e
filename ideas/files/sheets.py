"""A sheet that somebody filled in, CSV or XLSX, as columns and rows of text.

Spreadsheets save CSV in several encodings and with several separators: what can be known is taken as
it is, and what can't is refused with a sentence that says how to save it. Row numbers are those that the
spreadsheet shows.

The reader of XLSX is imported where it is used: few processes ever meet one, and loading it costs each 8 MiB.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

from ideas import text
from ideas.errors import N_, Refused
from ideas.files import kinds
from ideas.files.kinds import Family

#: What an XLSX may unpack to; the largest honest one of 5,000 rows takes a twentieth.
MOST_UNPACKED = 40_000_000
#: Columns and characters that are looked at; whatever is beyond is cut away.
MOST_COLUMNS, LONGEST_CELL = 50, 1000
SEPARATORS = ";,\t"


class WrongSheet(Refused):
    """The file as a whole can't be read as a sheet."""

    message = N_("Não foi possível ler esta planilha. Copie os dados para o modelo e envie de novo.")
    status = 422


class NoRows(WrongSheet):
    """Nothing below the first row."""

    message = N_("A planilha está vazia: não há nada abaixo da linha de títulos.")


class TooManyRows(WrongSheet):
    """More rows than one file may hold."""

    message = N_("A planilha passa de %(most)s linhas. Divida-a e envie uma parte por vez.")


class UnknownEncoding(WrongSheet):
    """Bytes that are no text in any encoding that spreadsheets write."""

    message = N_("Os acentos deste arquivo não podem ser lidos. Na planilha, salve como “CSV UTF-8” ou XLSX.")


class BrokenRow(WrongSheet):
    """Quotes that don't close, most often."""

    message = N_("A partir da linha %(row)s o arquivo não se lê como CSV. Confira as aspas dessa linha.")


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number there, where the titles are row 1, and its cells as text."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """The titles of the columns (row 1), and the rows that are not blank."""

    titles: list[str]
    rows: list[Row]


def read(content: bytes, *, most: int) -> Sheet:
    """The sheet; an XLSX's first one. Raises WrongSheet and its kinds."""
    cells = _of_xlsx(content) if kinds.family_of(content) is Family.ZIP else _of_csv(content)
    numbered = (Row(number, row) for number, row in enumerate(cells, 1))
    titles = next(numbered, Row(0, [])).cells
    rows: list[Row] = []
    for row in numbered:
        if any(row.cells):
            rows.append(row)
        if len(rows) > most:
            raise TooManyRows(most=most)
    if not rows:
        raise NoRows
    return Sheet(titles, rows)


def _of_csv(content: bytes) -> Iterator[list[str]]:
    whole = _decoded(content)
    first = whole.partition("\n")[0]
    reader = csv.reader(StringIO(whole, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    read = 0
    try:
        for cells in reader:
            read += 1
            yield _tidy(cells)
    except csv.Error:
        raise BrokenRow(row=read + 1) from None


def _decoded(content: bytes) -> str:
    """UTF-16 says itself that it is; else UTF-8, else what Windows writes in the West."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise UnknownEncoding


def _of_xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            # The reader of archives never gives more than an entry declares.
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise WrongSheet
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
                yield _tidy(map(_as_text, row))
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # the reader raises whatever a malformed book makes it stumble over
        raise WrongSheet from None


def _tidy(cells: Iterable[str]) -> list[str]:
    """Each as a text may be kept and no longer, without the empty ones at the end."""
    kept = [text.kept(cell[:LONGEST_CELL]) for cell, _ in zip(cells, range(MOST_COLUMNS), strict=False)]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
