"""robots.txt and the favicon."""

from flask import Blueprint, current_app, make_response, redirect, render_template
from werkzeug.wrappers import Response

bp = Blueprint("site", __name__)


@bp.get("/robots.txt")
def robots() -> Response:
    response = make_response(render_template("site/robots.txt"))
    response.mimetype = "text/plain"
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    return redirect(current_app.jinja_env.globals["asset"]("favicon.svg"), code=302)  # type: ignore[operator]
