"""The check before every view: the request comes from the portal's pages, and the requester may use the route.

An endpoint that is missing in `ideas/rights.py` is refused.
"""

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
log = structlog.get_logger()


def install(app: Flask, *, ask_to_sign_in: Callable[[Request], Response]) -> None:
    """Install the gate. `ask_to_sign_in` responds to a visitor's form or htmx request."""
    app.extensions["ask_to_sign_in"] = ask_to_sign_in
    app.before_request(_check_origin)
    app.before_request(_check_rights)
    app.before_request(_log_foreign_fields)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _check_origin() -> None:
    """Reject writing requests from other sites (by Fetch Metadata, else by Origin)."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        same_site = site in {"same-origin", "none"}
    else:
        same_site = origin is None or urlsplit(origin).netloc == request.host
    if not same_site:
        log.warning("portal:request:cross_site", endpoint=request.endpoint)
        abort(403)


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
