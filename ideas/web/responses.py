"""Responses for browsers and htmx from one handler: a page or a redirect, or a fragment."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response


def is_htmx() -> bool:
    """Whether htmx requests a fragment. For boosted links and restored history it requests the page."""
    headers = request.headers
    wants_page = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not wants_page


def partial_or_redirect(partial: str, *, otherwise: str, say: str | None = None, **context: Any) -> Response:
    """Render the partial for htmx; redirect a browser to `otherwise`, and flash the message `say`."""
    if is_htmx():
        return make_response(render_template(partial, said=say, **context))
    if say:
        flash(say)
    return redirect(otherwise, code=303)


def partial_or_page(partial: str, page: str, *, status: int = 200, **context: Any) -> Response:
    """Render the partial for htmx or the page for a browser, with the same status and context."""
    return make_response(render_template(partial if is_htmx() else page, **context), status)


def see_other(address: str) -> Response:
    """Redirect; htmx loads the whole page."""
    if is_htmx():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, code=303)
