"""The checks before every view: the host, the origin, and whether the requester may use the route.

An endpoint that is missing in `ideas/rights.py` is refused.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from ideas import rights
from ideas.config import Settings
from ideas.rights import ROUTES, Who
from ideas.web.person import requester
from ideas.web.responses import is_htmx

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
#: Fields of no form. A request with one tries to set a column (reliability.md A11, B14).
FOREIGN_FIELDS = {
    "_user_id", "accepted_at", "administrator_id", "author_id", "by_id", "closed_at", "company_id", "created_at",
    "email_confirmed_at", "ended_at", "hidden_at", "id", "is_admin", "is_staff", "locked_at", "password_hash",
    "person_id", "role", "root_id", "status", "status_key", "suspended_until", "user_id", "vote_count", "votes",
}  # fmt: skip
_HOST_RE = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
log = structlog.get_logger()


def install(app: Flask, *, ask_to_sign_in: Callable[[Request], Response]) -> None:
    """Install the gate. `ask_to_sign_in` responds to a visitor's form or htmx request."""
    app.extensions["ask_to_sign_in"] = ask_to_sign_in
    app.before_request(_check_host)
    app.before_request(_check_origin)
    app.before_request(_check_rights)
    app.before_request(_log_foreign_fields)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _check_host() -> None:
    """Reject requests to another host than the portal's. Health checks may use any address."""
    if request.blueprint != "health" and not _is_own_host(request.host, _settings()):
        log.warning("portal:request:foreign_host", endpoint=request.endpoint)
        abort(400)


def _is_own_host(host: str, settings: Settings) -> bool:
    """Whether it is PORTAL_URL's host and port; outside production, that host or this machine, at any port."""
    found = _HOST_RE.fullmatch(host.lower())
    if found is None:
        return False
    own = urlsplit(settings.portal_url)
    own_host = (own.hostname or "").encode("idna").decode()
    if not settings.in_production:
        return found["name"] in {own_host, f"[{own_host}]", *_LOCAL_HOSTS}
    default_port = 443 if settings.secure else 80
    port = int(found["port"] or default_port)
    return found["name"] in {own_host, f"[{own_host}]"} and port == (own.port or default_port)


def _check_origin() -> None:
    """Reject writing requests from other sites (by Fetch Metadata, else by Origin)."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        same_site = site in {"same-origin", "none"}
    elif origin is not None:
        same_site = _is_own_origin(origin)
    else:
        same_site = True
    if not same_site:
        log.warning("portal:request:cross_site", endpoint=request.endpoint)
        abort(403)


def _is_own_origin(origin: str) -> bool:
    return origin.lower() == f"{urlsplit(_settings().portal_url).scheme}://{request.host.lower()}"


def is_from_portal() -> bool:
    """Return whether the browser says that a page of the portal sent the request. Without such a header: False."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and _is_own_origin(origin)


def _check_rights() -> Response | None:
    if request.endpoint is None or request.method == "OPTIONS":
        return None
    who = ROUTES.get(request.endpoint)
    if who is None:
        abort(404)
    settings = _settings()
    if rights.is_open(who, env=settings.portal_env, reading=settings.portal_reading):
        return None
    if who is Who.DEVELOPERS:
        abort(404)
    person = requester().person
    if person is None:
        return _redirect_to_sign_in()
    if not rights.allows(who, requester()):
        log.warning("portal:request:denied", endpoint=request.endpoint, method=request.method, person=person.id)
        abort(403)
    return None


def _redirect_to_sign_in() -> Response:
    """Let a visitor sign in and come back, with the fields of their form."""
    if request.method in SAFE_METHODS and not is_htmx():
        return redirect(url_for("sessions.new", next=request.full_path.rstrip("?")), code=303)
    ask: Callable[[Request], Response] = current_app.extensions["ask_to_sign_in"]
    return ask(request)


def _log_foreign_fields() -> None:
    """Log them. They have no effect, because forms read only their own fields."""
    if request.method not in SAFE_METHODS and (sent := FOREIGN_FIELDS & request.form.keys()):
        log.warning("portal:request:foreign_fields", endpoint=request.endpoint, fields=" ".join(sorted(sent)))
