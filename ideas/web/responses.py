"""The same handler answers a browser and htmx: a page or a redirect, or the fragment alone."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response


def is_htmx() -> bool:
    """Whether htmx asked, and wants a fragment: going back through the history it wants the page."""
    asked = request.headers
    whole = asked.get("HX-Boosted") == "true" or asked.get("HX-History-Restore-Request") == "true"
    return asked.get("HX-Request") == "true" and not whole


def partial_or_redirect(partial: str, *, otherwise: str, say: str | None = None, **context: Any) -> Response:
    """The partial for htmx; for a browser 303 to `otherwise`, with the word to say flashed."""
    if is_htmx():
        return make_response(render_template(partial, said=say, **context))
    if say:
        flash(say)
    return redirect(otherwise, code=303)


def partial_or_page(partial: str, page: str, *, status: int = 200, **context: Any) -> Response:
    """The partial for htmx, the whole page for a browser, with the same status and context."""
    return make_response(render_template(partial if is_htmx() else page, **context), status)


def see_other(address: str) -> Response:
    """303, also for htmx (which follows it by a full load)."""
    if is_htmx():
        answer = make_response("", 200)
        answer.headers["HX-Redirect"] = address
        return answer
    return redirect(address, code=303)
