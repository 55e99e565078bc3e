"""Blunts floods by network address; the limits that matter are rows in the database."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from ideas.web import rate_limit_storage
from ideas.web.gate import SAFE


def blunt(app: Flask) -> None:
    """At most 600 pages and 120 writes a minute from one address, in each process."""
    limiter = Limiter(get_remote_address, app=app, application_limits=["600 per minute"])
    # Its decorators hold it weakly.
    app.extensions["floods"] = limiter
    writes = limiter.shared_limit("120 per minute", scope="writes", exempt_when=lambda: request.method in SAFE)
    app.before_request(writes(lambda: None))


__all__ = ["blunt", "rate_limit_storage"]
