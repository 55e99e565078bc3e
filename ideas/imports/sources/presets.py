"""Shared by all presets: columns, rows, and the validation of cells.

A row that cannot be imported is a `RejectedRow` with the reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from ideas import clock, text
from ideas.errors import N_
from ideas.files.sheets import Row, Sheet, WrongSheet
from ideas.imports.inserting import ImportedIdea, RejectedRow, RejectionReason

MAX_TITLE_LENGTH, MAX_TEXT_LENGTH, MAX_ID_LENGTH = 300, 20_000, 80

#: Older dates are rejected.
OLDEST_DATE = date(1990, 1, 1)

Cells = Mapping[str, str]
#: The ids of the product's modules by key.
Modules = Mapping[str, int]


class MissingColumns(WrongSheet):
    """The file lacks required columns."""

    message = N_("Faltam colunas: %(names)s.")


class RowRejected(Exception):
    """The row cannot be imported; `reason` says why."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.reason = RejectionReason(message, facts)


@dataclass(frozen=True)
class PresetColumn:
    """A column of a preset. `names` are its headers in files; the template uses the first."""

    key: str
    label: str
    about: str
    names: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Preset:
    """A file format."""

    key: str
    label: str
    columns: tuple[PresetColumn, ...]
    read: Callable[[Cells, Modules], ImportedIdea] = field(repr=False)
    #: The origin of its ideas; None if the operator chooses it.
    origin: str | None = None

    def guess(self, names: list[str]) -> dict[str, str]:
        """Guess the mapping of the preset's columns from the file's headers."""
        known = {text.fold(name): name for name in names if name}
        found = ((column.key, [known[name] for name in column.names if name in known]) for column in self.columns)
        return {key: names[0] for key, names in found if names}


def rows(
    preset: Preset, sheet: Sheet, mapping: Mapping[str, str], modules: Modules
) -> Iterator[ImportedIdea | RejectedRow]:
    """Yield the file's rows in order. Raises MissingColumns, and what the sheet raises, at any row."""
    missing = [column.names[0] for column in preset.columns if column.required and not mapping.get(column.key)]
    gone = [name for name in mapping.values() if name and name not in sheet.columns]
    if missing or gone:
        raise MissingColumns(names=", ".join(missing + gone))
    positions = {key: sheet.columns.index(name) for key, name in mapping.items() if name}
    seen_ids: set[int] = set()
    for row in sheet.rows():
        yield _read_row(preset, row, len(sheet.columns), positions, modules, seen_ids)


def _read_row(
    preset: Preset, row: Row, columns: int, positions: Mapping[str, int], modules: Modules, seen_ids: set[int]
) -> ImportedIdea | RejectedRow:
    cells = {key: row.cells[position] if position < len(row.cells) else "" for key, position in positions.items()}
    number = cells["id"].strip()
    try:
        # Programs leave out blank cells at the end of a row, and add some.
        if any(map(str.strip, row.cells[columns:])):
            message = N_("A linha tem %(cells)s células; a primeira linha do arquivo tem %(columns)s colunas.")
            raise RowRejected(message, cells=len(row.cells), columns=columns)
        incoming = preset.read(cells, modules)
        if hash(number) in seen_ids:
            raise RowRejected(N_("O mesmo id já apareceu antes no arquivo."))
    except RowRejected as refusal:
        return RejectedRow(row.number, "".join(filter(str.isprintable, number))[:MAX_ID_LENGTH], refusal.reason)
    seen_ids.add(hash(number))
    return incoming.at(row.number)


def parse_title(value: str) -> str:
    title = text.one_line(check_characters(value))
    if not title:
        raise RowRejected(N_("O título está vazio."))
    if len(title) > MAX_TITLE_LENGTH:
        raise RowRejected(N_("O título tem mais de %(most)s letras."), most=MAX_TITLE_LENGTH)
    return title


def parse_text(words: str) -> str | None:
    if len(words) > MAX_TEXT_LENGTH:
        raise RowRejected(N_("O texto tem mais de %(most)s letras."), most=MAX_TEXT_LENGTH)
    return words or None


def parse_date(value: str) -> datetime:
    """Return the moment, or noon in São Paulo of a date without a time; the current moment if blank."""
    value = value.strip()
    if not value:
        return clock.now()
    moment = _moment(value)
    if moment is None:
        raise RowRejected(N_("A data não está como 2026-03-31 nem como 31/03/2026: “%(typed)s”."), typed=value[:20])
    if not OLDEST_DATE <= clock.date_in_sao_paulo(moment) <= clock.date_in_sao_paulo(clock.now()):
        raise RowRejected(N_("A data está no futuro, ou antes de 1990: “%(typed)s”."), typed=value[:20])
    return min(moment, clock.now())


#: The year or the day first, the same sign twice; then perhaps a time, and perhaps a zone.
_DATE = re.compile(
    r"""(?: (?P<year>[0-9]{4}) (?P<sign>[-/.]) (?P<month>[0-9]{1,2}) (?P=sign) (?P<day>[0-9]{1,2})
          | (?P<day_first>[0-9]{1,2}) (?P<mark>[-/.]) (?P<month_second>[0-9]{1,2}) (?P=mark) (?P<year_last>[0-9]{4}) )
        (?: [T ,]+ (?P<hour>[0-9]{1,2}) [:h] (?P<minute>[0-9]{2}) (?: :(?P<second>[0-9]{2}) (?:[.,][0-9]+)? )?
          [ ]? (?P<zone> Z | UTC | GMT | [+-][0-9]{2} :? [0-9]{2} | [+-][0-9]{2} )? )?""",
    re.VERBOSE | re.IGNORECASE,
)


def _moment(value: str) -> datetime | None:
    """Parse a date as spreadsheets and exporters write it; None if it is none. A time without a zone is São Paulo's."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(found[name] or found[other]) for name, other in
                        (("year", "year_last"), ("month", "month_second"), ("day", "day_first")))  # fmt: skip
    try:
        if found["hour"] is None:
            return clock.noon_in_sao_paulo(date(year, month, day))
        hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
        if (hour, minute, second) == (0, 0, 0) and not found["zone"]:
            # Spreadsheets store a date without a time as midnight.
            return clock.noon_in_sao_paulo(date(year, month, day))
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found["zone"])).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None) -> tzinfo:
    if not written:
        return clock.SAO_PAULO
    if written[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[3:].lstrip(":") or 0))
    return timezone(-offset if written[0] == "-" else offset)


def check_characters(words: str) -> str:
    if text.has_forbidden(words):
        raise RowRejected(N_("Há caracteres que nenhum texto pode ter."))
    return words


def parse_votes(value: str) -> int:
    """Return the number of votes. Spreadsheets write whole numbers with a point of thousands, or as 37,0."""
    number = (
        re.sub(r"[.,]0+$", "", value.strip()) if re.fullmatch(r"[0-9]+[.,]0{1,2}", value.strip()) else value.strip()
    )
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", number):
        number = number.replace(".", "")
    if not re.fullmatch("[0-9]{1,9}", number):
        raise RowRejected(N_("Os votos não são um número inteiro: “%(typed)s”."), typed=value[:20])
    return int(number)


def notes(tidied: bool, wordless: bool, withdrawn: bool = False) -> Iterator[str]:
    if tidied:
        yield N_("O título foi arrumado.")
    if wordless:
        yield N_("Não tem texto, só título.")
    if withdrawn:
        yield N_("Foi retirada lá: fica fora do quadro.")
