"""Read a sheet, CSV or XLSX, row by row: titles first, then the rows that are not blank, as text.

One rule finds the encoding of a CSV (kinds.charset_of) and one its separator: Excel's line `sep=;`, or else the most
frequent of three in the first line. Limits count what is read, blank rows and blank cells included, so a small file
cannot cause much work. Row numbers are those that the spreadsheet shows.

An XLSX is read in a process of its own (xlsx_reading.py), which its library cannot make slow or large for others.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

from ideas.config import ROOT
from ideas.errors import N_, Refused
from ideas.files import kinds, one_at_a_time
from ideas.files.kinds import Family

SEPARATORS = ";,\t"
#: Bytes that an XLSX may have, and unpack to; a full one of 5,000 rows takes a twentieth.
MAX_UNPACKED_BYTES = 40_000_000
#: Columns that a file of named columns may have.
MAX_COLUMNS = 100
#: Characters of one CSV row. A quote that never closes makes the rest of the file one row.
MAX_ROW_LENGTH = 1_000_000
MAX_BLANK_ROWS = 20_000
#: For the process that reads an XLSX, which has a limit of processor time too. A busy machine needs more.
XLSX_TIMEOUT_SECONDS = 20
_BUFFER_BYTES = 65_536
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([;,\t])\r?\n?", re.IGNORECASE)

#: Open a file and give its bytes in pieces. Called twice: to find the encoding, and to read.
Source = Callable[[], Iterable[bytes]]


class WrongSheet(Refused):
    """The file as a whole can't be read as a sheet."""

    message = N_("Não foi possível ler esta planilha. Copie os dados para o modelo e envie de novo.")
    status = 422


class NotASheet(WrongSheet):
    """A picture, a PDF: neither a text nor an XLSX."""

    message = N_("Isto não é um CSV: o conteúdo é de outro tipo de arquivo. Na planilha, salve como “CSV UTF-8”.")


class NoRows(WrongSheet):
    """Nothing below the first row."""

    message = N_("A planilha está vazia: não há nada abaixo da linha de títulos.")


class TooManyBytes(WrongSheet):
    """More bytes than one file may have."""

    message = N_("O arquivo passa de %(most)s MB. Diminua e envie de novo.")


class TooManyRows(WrongSheet):
    """More rows than one file may hold."""

    message = N_("A planilha passa de %(most)s linhas. Divida-a e envie uma parte por vez.")


class TooManyBlankRows(WrongSheet):
    """Blank rows cost as much to read as others."""

    message = N_("A planilha tem mais de %(most)s linhas em branco. Apague-as e envie de novo.")


class TooManyCells(WrongSheet):
    """Blank cells cost as much to read as others."""

    message = N_("A planilha tem células demais (mais de %(most)s, contando as em branco). Divida-a e envie de novo.")


class UnknownEncoding(WrongSheet):
    """Bytes that are no text in any encoding that spreadsheets write."""

    message = N_("Os acentos deste arquivo não podem ser lidos. Na planilha, salve como “CSV UTF-8” ou XLSX.")


class BrokenRow(WrongSheet):
    """Usually a quote that is not closed."""

    message = N_("A partir da linha %(row)s o arquivo não se lê como CSV. Confira as aspas dessa linha.")


class NoColumns(WrongSheet):
    """The first line is not a row of names."""

    message = N_("A primeira linha não tem nomes de colunas separados por ponto e vírgula, vírgula ou tabulação.")


class DuplicateColumn(WrongSheet):
    """Two columns have the same name."""

    message = N_("Duas colunas têm o mesmo nome: %(name)s. Mude um deles na primeira linha.")


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number there, where the titles are row 1, and its cells as text."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Limits:
    """How much of one file is read: rows that are not blank, bytes, and cells with the blank ones."""

    rows: int = 1_000_000
    bytes: int = 500_000_000
    cells: int = 100_000_000


#: For a file that a request reads: reaching any of them takes less than a second.
UPLOAD = Limits(rows=100_000, bytes=20 * 1024 * 1024, cells=1_000_000)


class Sheet:
    """The titles of a sheet, and its rows, to be read once.

    Raises WrongSheet and TooManyUploads, also in the middle of the rows. Of an XLSX the first worksheet is read; each
    of its rows has at least as many cells as there are titles.
    """

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        source = partial(_limited, source, self._limits.bytes)
        self._numbered = enumerate(_cells_of(source), 1)
        rows = (cells for _, cells in islice(self._numbered, MAX_BLANK_ROWS))
        #: The first row that is not blank.
        self.titles = next((cells for cells in rows if any(map(str.strip, cells))), list[str]())

    @cached_property
    def columns(self) -> list[str]:
        """The titles as names of columns. Raises NoColumns, DuplicateColumn."""
        names = [" ".join(title.split()) for title in self.titles]
        repeated = [name for name, times in Counter(names).items() if name and times > 1]
        if repeated:
            raise DuplicateColumn(name=repeated[0][:60])
        if len(names) > MAX_COLUMNS or sum(map(bool, names)) < 2:
            raise NoColumns
        return names

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank. Raises NoRows at the end if there was none."""
        filled = blank = read = 0
        for number, cells in self._numbered:
            read += len(cells)
            if read > self._limits.cells:
                raise TooManyCells(most=self._limits.cells)
            if not any(cell.strip() for cell in cells):
                blank += 1
                if blank > MAX_BLANK_ROWS:
                    raise TooManyBlankRows(most=MAX_BLANK_ROWS)
                continue
            filled += 1
            if filled > self._limits.rows:
                raise TooManyRows(most=self._limits.rows)
            yield Row(number, cells)
        if not filled:
            raise NoRows


def survey(source: Source, limits: Limits | None = None) -> tuple[list[str], int]:
    """Read a file to its end; return its columns and the number of its rows. Raises WrongSheet."""
    sheet = Sheet(source, limits)
    return sheet.columns, sum(1 for _ in sheet.rows())


def in_memory(content: bytes) -> Source:
    """The source of a file that is in memory."""
    return lambda: [content]


def on_disk(path: Path) -> Source:
    """The source of a file on disk."""

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(_BUFFER_BYTES):
                yield piece

    return pieces


def _limited(source: Source, most: int) -> Iterator[bytes]:
    read = 0
    for piece in source():
        read += len(piece)
        if read > most:
            raise TooManyBytes(most=most // 1_000_000)
        yield piece


def _cells_of(source: Source) -> Iterator[list[str]]:
    beginning = _beginning(source)
    charset = kinds.charset_of(source())
    if charset != kinds.UTF_16:
        if not beginning.strip() and not any(piece.strip() for piece in source()):
            raise NoRows
        family = kinds.family_of(beginning)
        if family is Family.ZIP:
            return _of_xlsx(source)
        if family is not Family.TEXT:
            raise NotASheet
    return _of_csv(source, "utf-8-sig" if charset == kinds.UTF_8 else charset)


def _beginning(source: Source) -> bytes:
    beginning = b""
    for piece in source():
        beginning += piece
        if len(beginning) >= 16:
            break
    return beginning[:16]


def _of_csv(source: Source, encoding: str) -> Iterator[list[str]]:
    stream = io.TextIOWrapper(io.BufferedReader(_Pieces(source()), _BUFFER_BYTES), encoding=encoding, newline="")
    rows = length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        line = first
        while line:
            length += len(line)
            if length > MAX_ROW_LENGTH:
                raise csv.Error
            yield line
            line = stream.readline(MAX_ROW_LENGTH + 1)

    try:
        first = stream.readline(MAX_ROW_LENGTH + 1)
        separator = max(SEPARATORS, key=first.count)
        if declared := _SEPARATOR_LINE.fullmatch(first):
            separator = declared[1]
            rows, first = 1, stream.readline(MAX_ROW_LENGTH + 1)
            yield []
        for cells in csv.reader(lines(), delimiter=separator, strict=True):
            rows, length = rows + 1, 0
            yield cells
    except UnicodeError:
        raise UnknownEncoding from None
    except csv.Error:
        raise BrokenRow(row=rows + 1) from None


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = next(self._pieces, b"")
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _of_xlsx(source: Source) -> Iterator[list[str]]:
    """Yield the rows that the process writes, as soon as it has written all of them."""
    content = b"".join(_limited(source, MAX_UNPACKED_BYTES))
    command = [sys.executable, "-m", "ideas.files.xlsx_reading"]
    # Without the portal's secrets, and without lxml, which takes memory and is not faster at reading.
    environ = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH"}}
    environ["OPENPYXL_LXML"] = "False"
    try:
        with one_at_a_time.turn():
            read = subprocess.run(  # noqa: S603 - our own interpreter and module
                command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environ,
                timeout=XLSX_TIMEOUT_SECONDS, check=True,
            ).stdout  # fmt: skip
    except subprocess.SubprocessError:
        raise WrongSheet from None
    return _rows_written(io.BytesIO(read))


def _rows_written(lines: Iterable[bytes]) -> Iterator[list[str]]:
    """Yield a list for each line but the last, which is the refusal or null."""
    width = 0
    for cells in map(json.loads, lines):
        if cells is None:
            return
        if cells and isinstance(cells[-1], dict):
            name, facts = cells
            raise _XLSX_REFUSALS[name](**facts)
        width = width or len(cells)
        yield cells + [""] * (width - len(cells))
    raise WrongSheet


_XLSX_REFUSALS = {refusal.__name__: refusal for refusal in (WrongSheet, TooManyBlankRows, TooManyCells)}
