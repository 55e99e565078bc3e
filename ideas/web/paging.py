"""Keyset pagination: a page starts after the last row of the previous one, never at an offset.

The cursor is (value of the ordering, id), both descending, and is the parameter `pagina` of an address. SQLite uses
only the first column of a row value for an index, so queries write the condition as two ranges.
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


class InvalidCursor(ValueError):
    """The cursor is malformed."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page, and the cursor of the next page, if any."""

    rows: Sequence[Row]
    next: str | None = None


def encode(value: Value, number: int) -> str:
    """Encode a cursor for an address."""
    if isinstance(value, datetime):
        word = "d" + str((value - EPOCH) // timedelta(microseconds=1))
    elif isinstance(value, float):
        word = "f" + value.hex()
    else:
        word = "i" + str(value)
    return base64.urlsafe_b64encode(f"{word}~{number}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[Value, int]:
    """Decode a cursor to its value and id. Raises InvalidCursor."""
    try:
        word, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split("~")
        kind, rest = word[0], word[1:]
        row_id = int(number)
        if kind == "d":
            return EPOCH + timedelta(microseconds=int(rest)), _checked_id(row_id)
        if kind == "f":
            return float.fromhex(rest), _checked_id(row_id)
        if kind == "i":
            return _checked_integer(int(rest)), _checked_id(row_id)
    except (ValueError, IndexError, OverflowError, OSError, binascii.Error, UnicodeDecodeError) as fault:
        raise InvalidCursor(cursor[:40]) from fault
    raise InvalidCursor(cursor[:40])


def requested_cursor() -> tuple[Value, int] | None:
    """Return the decoded cursor of this request; None for the first page. Raises InvalidCursor."""
    cursor = request.args.get("pagina")
    return decode(cursor) if cursor else None


def requested_id() -> int | None:
    """Return the cursor of a list that is ordered by id."""
    cursor = requested_cursor()
    if cursor is not None and cursor[0] != cursor[1]:
        raise InvalidCursor(str(cursor))
    return cursor[1] if cursor else None


def requested_time() -> tuple[datetime, int] | None:
    """Return the cursor of a list that is ordered by a time."""
    match requested_cursor():
        case None:
            return None
        case datetime() as moment, number:
            return moment, number
        case cursor:
            raise InvalidCursor(str(cursor))


def _checked_id(number: int) -> int:
    """Check that the id fits its column."""
    if not 0 <= number <= LARGEST_ID:
        raise ValueError
    return number


def _checked_integer(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def paginate(rows: Sequence[Row], size: int, value: Any) -> Page[Row]:
    """Return a page of `size` rows from a query for `size + 1`; `value(row)` returns the row's (value, id)."""
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], encode(*value(rows[size - 1])))
