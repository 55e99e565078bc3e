"""Counting requests in this process's memory, for the limits on floods.

The library's own memory starts a thread at nearly every request, to forget what is over; here that is
done at the first request of each minute.
"""

import threading
import time
from typing import Any

from limits.storage import Storage


class InProcess(Storage):
    """What `memory://` stands for."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 - the library's own declaration

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counts: dict[str, tuple[int, float]] = {}
        self._forget_at = 0.0
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count so many more; a count begins anew once its time is over."""
        now = time.time()
        with self._lock:
            if now >= self._forget_at:
                self._counts = {word: kept for word, kept in self._counts.items() if kept[1] > now}
                self._forget_at = now + 60
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._counts[key] = count + amount, until
            return count + amount

    def get(self, key: str) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        forgotten, self._counts = len(self._counts), {}
        return forgotten

    def clear(self, key: str) -> None:
        self._counts.pop(key, None)
