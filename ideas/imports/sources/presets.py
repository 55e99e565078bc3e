"""What every preset shares: its columns, its rows one by one, and the checks of a cell.

A row that can't become an idea is `Unfit`, with the reason; the others are imported.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ideas import clock, text
from ideas.errors import N_
from ideas.files.sheets import Row, Sheet, WrongSheet
from ideas.imports.inserting import Incoming, Reason, Unfit

MOST_LETTERS_OF_A_TITLE, MOST_LETTERS_OF_A_TEXT, MOST_LETTERS_OF_AN_ID = 300, 20_000, 80

#: No idea of another system is older.
OLDEST = date(1990, 1, 1)

Cells = Mapping[str, str]
#: A module's key -> its id, of the product that the ideas are about.
Modules = Mapping[str, int]


class MissingColumns(WrongSheet):
    """Columns that every row needs."""

    message = N_("Faltam colunas: %(names)s.")


class Refusal(Exception):
    """This row can't become an idea; `reason` says why."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.reason = Reason(message, facts)


@dataclass(frozen=True)
class Column:
    """A column that a preset reads: its names in files, the first of them in the template."""

    key: str
    label: str
    about: str
    names: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Preset:
    """A kind of file."""

    key: str
    label: str
    columns: tuple[Column, ...]
    read: Callable[[Cells, Modules], Incoming] = field(repr=False)
    #: What its ideas' origin is called; None when the person who imports names it.
    origin: str | None = None

    def guess(self, names: list[str]) -> dict[str, str]:
        """Which of a file's columns is which of ours, by their names."""
        known = {text.fold(name): name for name in names if name}
        found = ((column.key, [known[name] for name in column.names if name in known]) for column in self.columns)
        return {key: names[0] for key, names in found if names}


def rows(preset: Preset, sheet: Sheet, mapping: Mapping[str, str], modules: Modules) -> Iterator[Incoming | Unfit]:
    """The file's rows in their order. Raises MissingColumns, and what the sheet raises, also in the middle."""
    missing = [column.names[0] for column in preset.columns if column.required and not mapping.get(column.key)]
    gone = [name for name in mapping.values() if name and name not in sheet.columns]
    if missing or gone:
        raise MissingColumns(names=", ".join(missing + gone))
    places = {key: sheet.columns.index(name) for key, name in mapping.items() if name}
    seen: set[int] = set()
    for row in sheet.rows():
        yield _one(preset, row, len(sheet.columns), places, modules, seen)


def _one(
    preset: Preset, row: Row, columns: int, places: Mapping[str, int], modules: Modules, seen: set[int]
) -> Incoming | Unfit:
    cells = {key: row.cells[place] if place < len(row.cells) else "" for key, place in places.items()}
    number = cells["id"].strip()
    try:
        if len(row.cells) != columns:
            message = N_("A linha tem %(cells)s células; a primeira linha do arquivo tem %(columns)s colunas.")
            raise Refusal(message, cells=len(row.cells), columns=columns)
        incoming = preset.read(cells, modules)
        if hash(number) in seen:
            raise Refusal(N_("O mesmo id já apareceu antes no arquivo."))
    except Refusal as refusal:
        return Unfit(row.number, "".join(filter(str.isprintable, number))[:MOST_LETTERS_OF_AN_ID], refusal.reason)
    seen.add(hash(number))
    return incoming.at(row.number)


def title_of(typed: str) -> str:
    title = text.one_line(accepted(typed))
    if not title:
        raise Refusal(N_("O título está vazio."))
    if len(title) > MOST_LETTERS_OF_A_TITLE:
        raise Refusal(N_("O título tem mais de %(most)s letras."), most=MOST_LETTERS_OF_A_TITLE)
    return title


def text_of(words: str) -> str | None:
    if len(words) > MOST_LETTERS_OF_A_TEXT:
        raise Refusal(N_("O texto tem mais de %(most)s letras."), most=MOST_LETTERS_OF_A_TEXT)
    return words or None


def published(typed: str) -> datetime:
    if not typed:
        return clock.now()
    day = _day(typed)
    if day is None:
        raise Refusal(N_("A data não está como 2026-03-31 nem como 31/03/2026: “%(typed)s”."), typed=typed[:20])
    if not OLDEST <= day <= clock.date_in_sao_paulo(clock.now()):
        raise Refusal(N_("A data está no futuro, ou antes de 1990: “%(typed)s”."), typed=typed[:20])
    return clock.noon_in_sao_paulo(day)


def _day(typed: str) -> date | None:
    """The date in "2026-03-31", with an hour or not, or "31/03/2026"; None if it is none."""
    written = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].{0,30})?", typed)
    parts = written.groups() if written else typed.split("/")[::-1]
    if len(parts) != 3 or not all(re.fullmatch("[0-9]{1,4}", part) for part in parts) or len(parts[0]) != 4:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def accepted(words: str) -> str:
    if text.has_forbidden(words):
        raise Refusal(N_("Há caracteres que nenhum texto pode ter."))
    return words


def votes(typed: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", typed):
        raise Refusal(N_("Os votos não são um número inteiro: “%(typed)s”."), typed=typed[:20])
    return int(typed)


def notes(tidied: bool, wordless: bool, withdrawn: bool = False) -> Iterator[str]:
    if tidied:
        yield N_("O título foi arrumado.")
    if wordless:
        yield N_("Não tem texto, só título.")
    if withdrawn:
        yield N_("Foi retirada lá: fica fora do quadro.")
