"""Keyset paging: a page begins after the last row of the one before, never at an offset.

The cursor is (the ordering's value, id), both descending. SQLite compares row values by their
first column only, so the condition is written out as two ranges (performance.md 4.3).
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

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


def _a_number(number: int) -> int:
    """A row's number, as far as its column goes."""
    if not 0 <= number < 2**31:
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
