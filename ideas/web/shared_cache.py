"""Cache results that are the same for every reader, in each process, for at most `PAGE_CACHE_SECONDS`.

A change by another process shows when the entry expires. With 0 seconds nothing is cached.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from flask import Flask, current_app

MAX_ENTRIES = 256
T = TypeVar("T")


class SharedCache:
    """The latest results by key. Several threads may compute a missing one at the same time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._entries: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, load: Callable[[], T]) -> T:
        """Return the cached result of `load`, or call it."""
        expires_at, result = self._entries.get(key, (0.0, None))
        now = time.monotonic()
        if expires_at > now:
            return cast(T, result)
        loaded = load()
        if self._seconds:
            with self._lock:
                self._entries[key] = now + self._seconds, loaded
                self._entries.move_to_end(key)
                while len(self._entries) > MAX_ENTRIES:
                    self._entries.popitem(last=False)
        return loaded


def install(app: Flask, seconds: float) -> None:
    """Give the app its cache."""
    app.extensions["shared_cache"] = SharedCache(seconds)


def cached(key: Hashable, load: Callable[[], T]) -> T:
    """Return what `load` returned for this key at most `PAGE_CACHE_SECONDS` ago, or call it."""
    cache: SharedCache = current_app.extensions["shared_cache"]
    return cache.get(key, load)
