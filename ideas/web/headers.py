"""Security headers on every answer, a request id, and one log line a request (no query string in it)."""

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
from ideas.web import page_cache
from ideas.web.person import asker

log = structlog.get_logger()


def protect(app: Flask, settings: Settings) -> None:
    """Every answer of the app carries the security headers."""
    fixed = _policy(settings).headers
    app.before_request(_begin)

    @app.after_request
    def finish(answer: Response) -> Response:
        for name, value in fixed.items():
            answer.headers.setdefault(name, value)
        _keep_private(answer)
        _line(answer)
        return answer


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


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _keep_private(answer: Response) -> None:
    """A page made for someone is never cached; a file may say how long its reader's own browser keeps it.

    Pages differ by cookie and by htmx.
    """
    answer.vary.update(["Cookie", "HX-Request"])
    if "no-store" not in answer.headers.get("Cache-Control", "") and _is_every_visitors(answer):
        request.environ[page_cache.MARK] = True
    kept_by_its_reader = answer.cache_control.private and answer.cache_control.max_age
    if "asker" in g and asker().person is not None and not kept_by_its_reader:
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.headers.setdefault("Cache-Control", "private, no-cache")


def _is_every_visitors(answer: Response) -> bool:
    """Whether anyone without a session gets this same page."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return False
    return ROUTES.get(request.endpoint or "") is Who.READERS and asker().person is None


def _line(answer: Response) -> None:
    answer.headers.setdefault("X-Request-Id", g.get("request_id", ""))
    log.info(
        "portal:request:answered",
        method=request.method,
        endpoint=request.endpoint,
        status=answer.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )
