"""Blanks: what stands in a kept piece of a page where each thing has words of its own (web/fragments.py).

A thing of which many say the same but for such words has a method `apart()`. It gives the thing with blanks in it,
and what fills them.
"""

from collections.abc import Mapping
from typing import Self

#: What fills each blank, in this order: what is typed comes after the numbers that it might repeat.
Words = Mapping[str, str | int]

#: The blank for a row's number, where only digits may stand, as in an address. No row comes to it.
NUMBER = 10**15


def word(name: str) -> str:
    """A blank for words. No text of anybody's holds it: what is typed can't have these signs (text.tidy)."""
    return f"\x02{name}\x03"


class Count(int):
    """A blank for how many there are: none, one or more, since a language asks no more; written as a blank."""

    name: str

    def __new__(cls, name: str, number: int) -> Self:
        count = super().__new__(cls, min(number, 2))
        count.name = name
        return count

    def __str__(self) -> str:
        return word(self.name)
