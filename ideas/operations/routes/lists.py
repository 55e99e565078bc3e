"""What the panel's lists share: the place in them, and which part of them was asked for."""

from enum import StrEnum
from typing import TypeVar

from flask import abort, request

from ideas.web import parsing

Which = TypeVar("Which", bound=StrEnum)


def which(kinds: type[Which], otherwise: Which) -> Which:
    """The part of a list that the address names; 404 for one that there is not."""
    word = request.args.get("quais")
    if not word:
        return otherwise
    return kinds(word) if word in set(kinds) else abort(404)


def number(name: str) -> int | None:
    """A row's id from the address, if there is one; 404 for what is none."""
    word = request.args.get(name)
    return (parsing.number(word) or abort(404)) if word else None
