"""What the panel's lists share: the place in them, and which part of them was asked for."""

from enum import StrEnum
from typing import TypeVar

from flask import abort, request

from ideas.web import paging
from ideas.web.paging import BadCursor

#: The largest id that both databases can be asked for.
LARGEST = 2**31 - 1

Which = TypeVar("Which", bound=StrEnum)


def before() -> int | None:
    """The id that this page of a list comes after, newest first. Raises BadCursor."""
    cursor = request.args.get("antes")
    if not cursor:
        return None
    value, number = paging.read(cursor)
    if value != number:
        raise BadCursor(cursor[:40])
    return number


def which(kinds: type[Which], otherwise: Which) -> Which:
    """The part of a list that the address names; 404 for one that there is not."""
    word = request.args.get("quais")
    if not word:
        return otherwise
    return kinds(word) if word in set(kinds) else abort(404)


def number(name: str) -> int | None:
    """A row's id from the address, if there is one; 404 for what is none."""
    word = request.args.get(name)
    if not word:
        return None
    if not (word.isascii() and word.isdigit()) or not 0 < int(word[:11]) <= LARGEST:
        abort(404)
    return int(word)
