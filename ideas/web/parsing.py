"""Parse values of addresses and fields that no form parses."""

from collections.abc import Iterable

from ideas import text
from ideas.db import LARGEST_ID


def row_id(value: str) -> int | None:
    """Parse an id. Return None if it is invalid or too large."""
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_ID))
    return int(value) if digits and int(value) <= LARGEST_ID else None


def row_ids(values: Iterable[str]) -> list[int]:
    """Parse ids; skip invalid ones."""
    return [parsed for value in values if (parsed := row_id(value)) is not None]


def line(value: str, max_length: int) -> str:
    """Return one normalized line of at most `max_length` characters."""
    return text.one_line(text.clean(value[:max_length]))
