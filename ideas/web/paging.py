"""Keyset paging: a page begins after the last row of the one before, never at an offset.

The cursor is (the ordering's value, id), both descending; an address has it as `pagina`. SQLite
compares row values by their first column only, so the condition is written out as two ranges.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from flask import request

from ideas.db import LARGEST_ID

Row = TypeVar("Row")
Value = int | float | datetime
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """The address's cursor was not made by the portal."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page if there is one."""

    rows: Sequence[Row]
    next: str | None = None


def write(value: Value, number: int) -> str:
    """A cursor for an address."""
    if isinstance(value, datetime):
        word = "d" + str((value - EPOCH) // timedelta(microseconds=1))
    elif isinstance(value, float):
        word = "f" + value.hex()
    else:
        word = "i" + str(value)
    return base64.urlsafe_b64encode(f"{word}~{number}".encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[Value, int]:
    """The value and the number of a cursor, or BadCursor."""
    try:
        word, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split("~")
        kind, rest = word[0], word[1:]
        place = int(number)
        if kind == "d":
            return EPOCH + timedelta(microseconds=int(rest)), _a_number(place)
        if kind == "f":
            return float.fromhex(rest), _a_number(place)
        if kind == "i":
            return _bounded(int(rest)), _a_number(place)
    except (ValueError, IndexError, OverflowError, OSError, binascii.Error, UnicodeDecodeError) as fault:
        raise BadCursor(cursor[:40]) from fault
    raise BadCursor(cursor[:40])


def asked() -> tuple[Value, int] | None:
    """The place that this request's page of a list comes after; None for the first page. Raises BadCursor."""
    cursor = request.args.get("pagina")
    return read(cursor) if cursor else None


def number_asked() -> int | None:
    """`asked` of a list that goes by its rows' numbers alone."""
    place = asked()
    if place is not None and place[0] != place[1]:
        raise BadCursor(str(place))
    return place[1] if place else None


def moment_asked() -> tuple[datetime, int] | None:
    """`asked` of a list that goes by when something was."""
    match asked():
        case None:
            return None
        case datetime() as moment, number:
            return moment, number
        case place:
            raise BadCursor(str(place))


def _a_number(number: int) -> int:
    """A row's number, as far as its column goes."""
    if not 0 <= number <= LARGEST_ID:
        raise ValueError
    return number


def _bounded(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def cut(rows: Sequence[Row], size: int, value: Any) -> Page[Row]:
    """A page of `size` of the `size + 1` rows asked for; `value(row)` is its (ordering value, id)."""
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], write(*value(rows[size - 1])))
