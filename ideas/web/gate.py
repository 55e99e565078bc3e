"""Asked before every view: is this route declared, may this asker use it, is the request the site's own?

Deny by default: an endpoint that stands not in `ideas/rights.py` is refused.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from ideas.config import Settings
from ideas.rights import ROUTES, Who
from ideas.web import expired
from ideas.web.answers import is_htmx
from ideas.web.person import asker, has_role

SAFE = {"GET", "HEAD", "OPTIONS"}


def guard(app: Flask) -> None:
    """Put the gate before every view of the app."""
    app.before_request(_same_origin)
    app.before_request(_allowed)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _same_origin() -> None:
    """A writing request comes from the portal's own pages (Fetch Metadata, else Origin)."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _allowed() -> Response | None:
    if request.endpoint is None or request.method == "OPTIONS":
        return None
    who = ROUTES.get(request.endpoint)
    if who is None:
        abort(404)
    if who is Who.ANYONE:
        return None
    if who is Who.DEVELOPERS:
        return abort(404) if _settings().portal_env == "production" else None
    if who is Who.READERS and _settings().portal_reading == "public":
        return None
    if asker().person is None:
        return _to_sign_in()
    if who not in {Who.READERS, Who.SIGNED_IN} and not has_role(who.value):
        abort(403)
    return None


def _to_sign_in() -> Response:
    """A visitor is sent to sign in and back; what was typed is kept (model.md 31)."""
    if request.method in SAFE and not is_htmx():
        return redirect(url_for("sessions.new", next=request.full_path.rstrip("?")), code=303)
    return expired.keep_and_ask(request)
