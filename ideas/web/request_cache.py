"""Values that are computed at most once during a request."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flask import g

Value = TypeVar("Value")


def once_per_request(compute: Callable[[], Value]) -> Callable[[], Value]:
    """Compute the function's value on its first call in a request, and return it again on later calls."""
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def cached() -> Value:
        if name not in g:
            setattr(g, name, compute())
        return cast(Value, g.get(name))

    return cached
