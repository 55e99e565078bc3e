"""Query parameters shared by the panel's lists."""

from enum import StrEnum
from typing import TypeVar

from flask import abort, request

from ideas.web import parsing

Filter = TypeVar("Filter", bound=StrEnum)


def chosen_filter(filters: type[Filter], default: Filter) -> Filter:
    """The filter in the query string, or the default; 404 if it is unknown."""
    value = request.args.get("quais")
    if not value:
        return default
    return filters(value) if value in set(filters) else abort(404)


def id_in_query(name: str) -> int | None:
    """The id in that query parameter, or None; 404 if it is invalid."""
    value = request.args.get(name)
    return (parsing.row_id(value) or abort(404)) if value else None
