"""What an import file holds, by preset: rows read, checked and made safe, or refused with the reason."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from ideas import clock, text
from ideas.board.importing import Incoming

MOST_LETTERS_OF_A_TITLE = 300


class WrongFile(Exception):
    """The file is not of this preset; the message says what is missing. Nothing was read."""


@dataclass(frozen=True)
class Unfit:
    """A row that can't become an idea, and why."""

    line: int
    external_id: str
    why: str


Source = Callable[[TextIO], Iterator[Incoming | Unfit]]
Row = dict[str, str]


def decide_madrid(file: TextIO) -> Iterator[Incoming | Unfit]:
    """The open data of Decide Madrid: `;`-separated, dates DD/MM/YYYY, descriptions in HTML, Spanish."""
    rows = csv.DictReader(file, delimiter=";", strict=True)
    wanted = {"id", "title", "description", "cached_votes_up", "created_at", "retired_at"}
    if missing := wanted - set(rows.fieldnames or ()):
        raise WrongFile("columns missing: " + ", ".join(sorted(missing)))
    try:
        for line, row in enumerate(rows, start=2):
            try:
                yield _from_madrid(row)
            except (ValueError, TypeError, AttributeError) as fault:
                yield Unfit(line, str(row.get("id")), str(fault))
    except csv.Error as fault:
        raise WrongFile(f"line {rows.line_num}: {fault}") from fault


def _from_madrid(row: Row) -> Incoming:
    if not re.fullmatch("[0-9]{1,18}", row["id"]):
        raise ValueError("the id is not a number")
    title = text.one_line(_accepted(row["title"]))
    problem = text.tidy(text.from_html(_accepted(row["description"])))
    if not title:
        raise ValueError("the title is empty")
    if len(title) > MOST_LETTERS_OF_A_TITLE:
        raise ValueError(f"the title is longer than {MOST_LETTERS_OF_A_TITLE} characters")
    withdrawn_at = _moment(row["retired_at"]) if row["retired_at"] else None
    return Incoming(
        external_id=row["id"],
        title=title,
        problem=problem or None,
        language="es",
        inherited=_number(row["cached_votes_up"]),
        published_at=clock.noon_in_sao_paulo(datetime.strptime(row["created_at"], "%d/%m/%Y").date()),
        withdrawn_at=withdrawn_at,
        notes=tuple(_notes(row, title, problem, withdrawn_at is not None)),
    )


def _notes(row: Row, title: str, problem: str, withdrawn: bool) -> Iterator[str]:
    if title != row["title"]:
        yield "title tidied"
    if not problem:
        yield "no text" if not row["description"].strip() else "text held nothing to show"
    if withdrawn:
        yield "retired there: withdrawn, off the board"


def _accepted(words: str) -> str:
    if text.has_forbidden(words):
        raise ValueError("characters that no text may hold")
    return words


def _number(words: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", words):
        raise ValueError(f"not a number of votes: {words[:20]!r}")
    return int(words)


def _moment(words: str) -> datetime:
    return datetime.strptime(words, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)


#: preset -> (how its file is read, the origin its ideas keep)
PRESETS: dict[str, tuple[Source, str]] = {"decide-madrid": (decide_madrid, "decide-madrid")}
