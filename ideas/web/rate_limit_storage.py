"""Count requests in the memory of this process, for the rate limits.

The `limits` library's own memory storage starts a thread at nearly every request to delete expired
counters. This one deletes them itself, once a minute.
"""

import threading
import time
from typing import Any

from limits.storage import Storage

URL = "process://"
CLEANUP_SECONDS = 60


class ProcessStorage(Storage):
    """Counters by key, each with the time it expires at."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 - the library's own declaration

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counters: dict[str, tuple[int, float]] = {}
        self._cleanup_at = 0.0
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to the counter, which starts at zero after `expiry` seconds; return its value."""
        now = time.time()
        with self._lock:
            if now >= self._cleanup_at:
                self._counters = {name: counter for name, counter in self._counters.items() if counter[1] > now}
                self._cleanup_at = now + CLEANUP_SECONDS
            count, expires_at = self._counters.get(key, (0, 0.0))
            if expires_at <= now:
                count, expires_at = 0, now + expiry
            self._counters[key] = count + amount, expires_at
            return count + amount

    def get(self, key: str) -> int:
        count, expires_at = self._counters.get(key, (0, 0.0))
        return count if expires_at > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        deleted, self._counters = len(self._counters), {}
        return deleted

    def clear(self, key: str) -> None:
        self._counters.pop(key, None)
