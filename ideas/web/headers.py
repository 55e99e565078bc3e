"""Security headers, request ids, and one log line per request, without the query string."""

import re
import secrets
import time

import structlog
from flask import Flask, g, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)
from werkzeug.wrappers import Response

from ideas.config import Settings
from ideas.rights import ROUTES, Who
from ideas.web import page_cache, secret_addresses
from ideas.web.person import requester, requester_is_known

log = structlog.get_logger()


def install(app: Flask, settings: Settings) -> None:
    """Add the security headers to every response."""
    security_headers = tuple(_policy(settings).headers.items())
    app.before_request(_start_request)

    @app.after_request
    def finish(response: Response) -> Response:
        secret_addresses.set_headers(response)
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for name, value in security_headers if name.lower() not in given])
        _set_caching(response)
        _log_request(response)
        return response


def _policy(settings: Settings) -> Secure:
    scripts = ["'self'", settings.htmx_source] if settings.htmx_source else ["'self'"]
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src(*scripts)
        .style_src("'self'")
        .img_src("'self'", "data:")
        .connect_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
        .manifest_src("'self'")
    )
    return Secure(
        csp=policy,
        hsts=StrictTransportSecurity().max_age(31536000).include_subdomains() if settings.secure else None,
        xcto=XContentTypeOptions().nosniff(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation().payment(),
    )


def _start_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _set_caching(response: Response) -> None:
    """Forbid caching pages of signed-in people; a file may set how long the browser caches it privately.

    Responses vary by cookie and by htmx.
    """
    if "Vary" in response.headers:
        response.vary.update(["Cookie", "HX-Request"])
    else:
        response.headers["Vary"] = "Cookie, HX-Request"
    given = response.headers.get("Cache-Control", "")
    if "no-store" not in given and _is_same_for_visitors(response):
        request.environ[page_cache.CACHEABLE] = True
    privately_cached = given and response.cache_control.private and response.cache_control.max_age
    if requester_is_known() and requester().person is not None and not privately_cached:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")


def _is_same_for_visitors(response: Response) -> bool:
    """Whether every visitor gets the same page."""
    if response.status_code != 200 or response.mimetype != "text/html":
        return False
    return ROUTES.get(request.endpoint or "") is Who.READERS and requester().person is None


def _log_request(response: Response) -> None:
    response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
    log.info(
        "portal:request:answered",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )
