"""Read the first worksheet of an XLSX file, in a process of its own with limits of processor time and memory.

`python -m ideas.files.xlsx_reading` reads the file from stdin, and writes each row as one line of JSON. The last line
is `null`, or the refusal. sheets.py starts it.

openpyxl builds objects of all that it reads, and drops rows that are out of order. So every part is checked first, as
a stream: elements, depth, and the order of rows and cells.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from xml.parsers import expat

from ideas.files.sheets import MAX_BLANK_ROWS, MAX_UNPACKED_BYTES, TooManyBlankRows, TooManyCells, WrongSheet

#: XML elements in all parts. A sheet of 5,000 people takes 100,000.
MAX_ELEMENTS = 300_000
MAX_CELLS = 100_000
MAX_DEPTH = 32
MAX_PARTS = 500
#: In all cells. A text that is shared counts for every cell.
MAX_CHARACTERS = 10_000_000
#: A workbook within the limits above needs less than one second and 150 MB of address space.
CPU_SECONDS, MEMORY_BYTES = 4, 500_000_000
_BINARY_SUFFIXES = {".bin", ".emf", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".wdp", ".wmf"}
_CHUNK_BYTES = 65_536


def main() -> None:
    """Write the rows of the file that stdin gives."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    refusal = None
    try:
        for cells in read_rows(sys.stdin.buffer.read()):
            _write(cells)
    except WrongSheet as fault:
        refusal = [type(fault).__name__, fault.facts]
    except Exception:  # a malformed workbook makes openpyxl raise almost anything
        refusal = [WrongSheet.__name__, {}]
    _write(refusal)


def read_rows(content: bytes) -> Iterator[list[str]]:
    """Yield the cells of each row, blank rows too, without the blank cells at the end. Raises WrongSheet."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check(archive)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # Many programs write a wrong one, and the rows outside would be dropped.
    sheet.reset_dimensions()
    width = characters = blank = 0
    for row in sheet.iter_rows(values_only=True):
        cells = _without_blank_end([_as_text(value) for value in row])
        width += len(row)
        characters += sum(map(len, cells))
        blank += not cells
        if blank > MAX_BLANK_ROWS:
            raise TooManyBlankRows(most=MAX_BLANK_ROWS)
        if width > MAX_CELLS:
            raise TooManyCells(most=MAX_CELLS)
        if characters > MAX_CHARACTERS:
            raise WrongSheet
        yield cells


def check(archive: zipfile.ZipFile) -> None:
    """Raise WrongSheet if reading the workbook would cost too much, or lose a row or a cell."""
    entries = archive.infolist()
    # zipfile never unpacks more than an entry declares.
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise WrongSheet
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise WrongSheet
    elements = 0
    for entry in entries:
        if not entry.is_dir() and PurePosixPath(entry.filename.lower()).suffix not in _BINARY_SUFFIXES:
            with archive.open(entry) as part:
                elements = _PartCheck(elements).run(iter(lambda: part.read(_CHUNK_BYTES), b""))


class _PartCheck:
    """The check of one part, with the number of elements in the parts before it."""

    def __init__(self, elements: int) -> None:
        self._elements = elements
        self._depth = self._row = 0
        self._is_worksheet = False
        self._column = (0, "")
        self._cells = self._cells_in_row = self._blank_rows = 0

    def run(self, chunks: Iterator[bytes]) -> int:
        """Read the part, and return the number of elements so far. Raises WrongSheet."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        # Entities can multiply: no program writes a document type.
        parser.StartDoctypeDeclHandler = self._refuse
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
        return self._elements

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        tag = name.rpartition(":")[2]
        if self._depth == 1:
            self._is_worksheet = tag == "worksheet"
        if self._elements > MAX_ELEMENTS:
            raise TooManyCells(most=MAX_CELLS)
        if self._depth > MAX_DEPTH:
            raise WrongSheet
        if self._is_worksheet and tag == "row":
            self._check_row(attributes.get("r"))
        elif self._is_worksheet and tag == "c":
            self._check_cell(attributes.get("r", ""))

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _check_row(self, number: str | None) -> None:
        row = int(number) if number is not None else self._row + 1
        # Rows are children of `sheetData`, which is a child of `worksheet`.
        if row <= self._row or self._depth != 3:
            raise WrongSheet
        self._blank_rows += not self._cells_in_row
        if self._blank_rows > MAX_BLANK_ROWS:
            raise TooManyBlankRows(most=MAX_BLANK_ROWS)
        self._cells_in_row = 0
        self._row, self._column = row, (0, "")

    def _check_cell(self, reference: str) -> None:
        self._cells += 1
        self._cells_in_row += 1
        letters = reference.rstrip("0123456789")
        if self._cells > MAX_CELLS:
            raise TooManyCells(most=MAX_CELLS)
        if letters and (len(letters), letters) <= self._column:
            raise WrongSheet
        self._column = (len(letters), letters) if letters else self._column

    def _refuse(self, *_declaration: object) -> None:
        raise WrongSheet


def _without_blank_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _write(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    main()
