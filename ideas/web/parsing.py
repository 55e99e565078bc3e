"""What stands in an address or in a sent field, read where no form of ours reads it."""

from collections.abc import Iterable

from ideas import text
from ideas.db import LARGEST_ID


def number(word: str) -> int | None:
    """A row's number; None for what is none, or more than any row's."""
    digits = word.isascii() and word.isdigit() and len(word) <= len(str(LARGEST_ID))
    return int(word) if digits and int(word) <= LARGEST_ID else None


def numbers(words: Iterable[str]) -> list[int]:
    """Those of the words that are rows' numbers."""
    return [found for word in words if (found := number(word)) is not None]


def line(words: str, most: int) -> str:
    """One tidied line of the first so many letters, without those that no text may hold."""
    return text.one_line(text.clean(words[:most]))
