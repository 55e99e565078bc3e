"""A CSV of any length as somebody sent it: its encoding, separator and columns, judged; its rows, one by one.

The file comes in pieces of bytes and is never whole in memory. Whatever is wrong with the file as a
whole is a `WrongSheet`, with a sentence that says what to do about it; nothing was changed by then.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator

from ideas.errors import N_
from ideas.files import kinds
from ideas.files.kinds import Family
from ideas.files.sheets import SEPARATORS, BrokenRow, NoRows, Row, WrongSheet

#: More columns than any list has; a file with so many is something else.
_MOST_COLUMNS, _LONGEST_NAMES = 100, 100_000


class NothingInIt(WrongSheet):
    """No byte, or nothing but blanks."""

    message = N_("O arquivo está vazio.")


class NotAText(WrongSheet):
    """A picture, a spreadsheet, a PDF: anything but a text."""

    message = N_("Isto não é um CSV: o conteúdo é de outro tipo de arquivo. Na planilha, salve como “CSV UTF-8”.")


class NotUtf8(WrongSheet):
    """Another encoding: accents would come out wrong."""

    message = N_("O arquivo não está em UTF-8, e os acentos sairiam errados. Na planilha, salve como “CSV UTF-8”.")


class NoColumns(WrongSheet):
    """The first line is not a row of names."""

    message = N_("A primeira linha não tem nomes de colunas separados por ponto e vírgula, vírgula ou tabulação.")


class TwoOfAName(WrongSheet):
    """Two columns are called the same."""

    message = N_("Duas colunas têm o mesmo nome: %(name)s. Mude um deles na primeira linha.")


class LongSheet:
    """The columns of a file, and its rows to be read once. Raises WrongSheet, also in the middle of reading."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        source = _Parts(parts)
        _ensure_text(source.beginning)
        stream = io.TextIOWrapper(io.BufferedReader(source, 65_536), encoding="utf-8-sig", newline="")
        try:
            names = stream.readline(_LONGEST_NAMES)
        except UnicodeDecodeError:
            raise NotUtf8 from None
        self._rows = csv.reader(_all(names, stream), delimiter=_separator(names), strict=True)
        self._read_so_far = 0
        self.columns = self._names()

    def _names(self) -> list[str]:
        names = [" ".join(name.split()) for name in next(self._read()).cells]
        twice = [name for name, times in Counter(names).items() if name and times > 1]
        if twice:
            raise TwoOfAName(name=twice[0][:60])
        if len(names) > _MOST_COLUMNS or sum(map(bool, names)) < 2:
            raise NoColumns
        return names

    def rows(self) -> Iterator[Row]:
        """The rows below the names; blank ones are left out."""
        return (row for row in self._read() if any(cell.strip() for cell in row.cells))

    def _read(self) -> Iterator[Row]:
        try:
            for cells in self._rows:
                self._read_so_far += 1
                yield Row(self._read_so_far, cells)
        except UnicodeDecodeError:
            raise NotUtf8 from None
        except csv.Error:
            raise BrokenRow(row=self._read_so_far + 1) from None


def survey(parts: Iterable[bytes]) -> tuple[list[str], int]:
    """The columns of a file and how many rows it has, read to its end. Raises WrongSheet."""
    sheet = LongSheet(parts)
    rows = sum(1 for _ in sheet.rows())
    if not rows:
        raise NoRows
    return sheet.columns, rows


def parts_of(file: io.BufferedIOBase) -> Iterator[bytes]:
    """An open file in pieces."""
    while part := file.read(65_536):
        yield part


class _Parts(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self.beginning = self._left = next(self._parts, b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = next(self._parts, b"")
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _all(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _ensure_text(beginning: bytes) -> None:
    if not beginning.strip():
        raise NothingInIt
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotUtf8
    if kinds.family_of(beginning[:16]) is not Family.TEXT:
        raise NotAText


def _separator(names: str) -> str:
    """The one that stands most often between the names."""
    best = max(SEPARATORS, key=names.count)
    if best not in names:
        raise NoColumns
    return best
