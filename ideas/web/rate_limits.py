"""Limit the requests from one network. The limits that protect accounts are rows in the database."""

from flask import Flask, abort, g, request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from ideas import networks
from ideas.web import rate_limit_storage
from ideas.web.clients import client_network
from ideas.web.gate import SAFE_METHODS

MAX_REQUESTS_PER_MINUTE, MAX_WRITES_PER_MINUTE = 600, 120


def install(app: Flask, storage_url: str) -> None:
    """Answer 429 to more than 600 requests, or 120 writes, a minute from one network; five times that from an IPv6 /48.

    `memory://` counts in each process, `redis://…` for all of them.
    """
    storage = storage_from_string(storage_url.replace("memory://", rate_limit_storage.URL))
    windows = FixedWindowRateLimiter(storage)

    def is_allowed(namespace: str, limit: int) -> bool:
        network = client_network()
        site = networks.site_prefix(network)
        allowed = windows.hit(RateLimitItemPerMinute(limit, namespace=namespace), network)
        if site is not None:
            site_limit = RateLimitItemPerMinute(limit * networks.SITE_FACTOR, namespace=f"{namespace}-site")
            allowed = windows.hit(site_limit, site) and allowed
        return allowed

    @app.before_request
    def limit() -> None:
        allowed = is_allowed("requests", MAX_REQUESTS_PER_MINUTE)
        # The fields of a form among too many requests are not even parsed.
        g.flooded = not allowed
        if request.method not in SAFE_METHODS:
            allowed = is_allowed("writes", MAX_WRITES_PER_MINUTE) and allowed
        if not allowed:
            abort(429)
