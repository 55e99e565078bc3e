"""Read a sheet, CSV or XLSX, row by row: titles first, then the rows that are not blank, as text.

One rule finds the encoding of a CSV (UTF-16 by its mark, else UTF-8 if the whole file is, else Windows-1252) and
one its separator (the most frequent of three in the first line). Limits count what is read, blank rows included,
so a small file cannot cause much work. Row numbers are those that the spreadsheet shows.

The XLSX library is imported where it is used: few processes read one, and loading it costs each 8 MiB.
"""

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

from ideas.errors import N_, Refused
from ideas.files import kinds
from ideas.files.kinds import Family

SEPARATORS = ";,\t"
#: Bytes that an XLSX may unpack to, and characters that its cells may give; a full one of 5,000 rows takes a twentieth.
MAX_UNPACKED_BYTES = 40_000_000
#: Columns that are read of an XLSX, and that a file of named columns may have.
MAX_COLUMNS = 100
#: Characters of one CSV row. A quote that never closes makes the rest of the file one row.
MAX_ROW_LENGTH = 1_000_000
MAX_BLANK_ROWS = 20_000
_BUFFER_BYTES = 65_536

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
    """How much of one file is read: rows that are not blank, and bytes."""

    rows: int = 1_000_000
    bytes: int = 500_000_000


class Sheet:
    """The titles of a sheet, and its rows, to be read once.

    Raises WrongSheet, also in the middle of the rows. Of an XLSX the first worksheet is read; each of its rows has at
    least as many cells as there are titles.
    """

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        source = partial(_limited, source, self._limits.bytes)
        self._numbered = enumerate(_cells_of(source), 1)
        _, self.titles = next(self._numbered, (1, list[str]()))

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
        filled = blank = 0
        for number, cells in self._numbered:
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


def survey(source: Source) -> tuple[list[str], int]:
    """Read a file to its end; return its columns and the number of its rows. Raises WrongSheet."""
    sheet = Sheet(source)
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
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _of_csv(source, "utf-16")
    if not beginning.strip() and not any(piece.strip() for piece in source()):
        raise NoRows
    family = kinds.family_of(beginning)
    if family is Family.ZIP:
        return _of_xlsx(source)
    if family is not Family.TEXT:
        raise NotASheet
    return _of_csv(source, _encoding(source))


def _beginning(source: Source) -> bytes:
    beginning = b""
    for piece in source():
        beginning += piece
        if len(beginning) >= 16:
            break
    return beginning[:16]


def _encoding(source: Source) -> str:
    """UTF-8 if the whole file is, else what Windows writes in the West."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in source():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


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
        for cells in csv.reader(lines(), delimiter=max(SEPARATORS, key=first.count), strict=True):
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
    from openpyxl import load_workbook

    # Shared strings make cells cost nothing in the file: their characters are counted as they are read.
    read = width = 0
    try:
        content = b"".join(_limited(source, MAX_UNPACKED_BYTES))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # zipfile never unpacks more than an entry declares.
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise WrongSheet
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for row in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True):
                cells = _filled([_as_text(value) for value in row])
                read += sum(map(len, cells))
                if read > MAX_UNPACKED_BYTES:
                    raise WrongSheet
                width = width or len(cells)
                yield cells + [""] * (width - len(cells))
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # a malformed workbook makes openpyxl raise almost anything
        raise WrongSheet from None


def _filled(cells: list[str]) -> list[str]:
    """Return the cells without the empty ones at the end."""
    last = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
