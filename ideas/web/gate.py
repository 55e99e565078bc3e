"""Asked before every view: is this route declared, may this asker use it, is the request the site's own?

Deny by default: an endpoint that stands not in `ideas/rights.py` is refused.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from ideas import rights
from ideas.config import Settings
from ideas.rights import ROUTES, Who
from ideas.web.person import asker
from ideas.web.responses import is_htmx

SAFE = {"GET", "HEAD", "OPTIONS"}
#: Fields that no form of the portal has: whoever sends one hopes that a row takes it (reliability.md A11, B14).
FOREIGN = {
    "_user_id", "accepted_at", "administrator_id", "author_id", "by_id", "closed_at", "company_id", "created_at",
    "email_confirmed_at", "ended_at", "hidden_at", "id", "is_admin", "is_staff", "locked_at", "password_hash",
    "person_id", "role", "root_id", "status", "status_key", "suspended_until", "user_id", "vote_count", "votes",
}  # fmt: skip
log = structlog.get_logger()


def guard(app: Flask, *, ask_to_sign_in: Callable[[Request], Response]) -> None:
    """Run the gate before every view. `ask_to_sign_in` answers a visitor's form or htmx request."""
    app.extensions["ask_to_sign_in"] = ask_to_sign_in
    app.before_request(_same_origin)
    app.before_request(_allowed)
    app.before_request(_note_foreign_fields)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _same_origin() -> None:
    """A writing request comes from the portal's own pages (Fetch Metadata, else Origin)."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or urlsplit(origin).netloc == request.host
    if not ours:
        log.warning("portal:request:cross_site", endpoint=request.endpoint)
        abort(403)


def _allowed() -> Response | None:
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
    person = asker().person
    if person is None:
        return _to_sign_in()
    if not rights.allows(who, asker()):
        log.warning("portal:request:denied", endpoint=request.endpoint, method=request.method, person=person.id)
        abort(403)
    return None


def _to_sign_in() -> Response:
    """A visitor is sent to sign in and back; what was typed is kept."""
    if request.method in SAFE and not is_htmx():
        return redirect(url_for("sessions.new", next=request.full_path.rstrip("?")), code=303)
    ask: Callable[[Request], Response] = current_app.extensions["ask_to_sign_in"]
    return ask(request)


def _note_foreign_fields() -> None:
    """They change nothing, since forms read their own fields alone; that somebody tries is worth knowing."""
    if request.method not in SAFE and (sent := FOREIGN & request.form.keys()):
        log.warning("portal:request:foreign_fields", endpoint=request.endpoint, fields=" ".join(sorted(sent)))
