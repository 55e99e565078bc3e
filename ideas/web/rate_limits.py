"""Limit the requests from one network address. The limits that protect accounts are rows in the database."""

from flask import Flask, abort, request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from ideas.web import rate_limit_storage
from ideas.web.gate import SAFE_METHODS

REQUESTS = RateLimitItemPerMinute(600, namespace="requests")
WRITES = RateLimitItemPerMinute(120, namespace="writes")


def install(app: Flask, storage_url: str) -> None:
    """Answer 429 to more than 600 requests, or 120 writes, a minute from one address.

    `memory://` counts in each process, `redis://…` for all of them.
    """
    storage = storage_from_string(storage_url.replace("memory://", rate_limit_storage.URL))
    windows = FixedWindowRateLimiter(storage)

    @app.before_request
    def limit() -> None:
        address = request.remote_addr or ""
        allowed = windows.hit(REQUESTS, address)
        if request.method not in SAFE_METHODS:
            allowed = windows.hit(WRITES, address) and allowed
        if not allowed:
            abort(429)
