"""What machines ask of every site: robots.txt, the sitemap, the favicon."""

from flask import Blueprint, current_app, make_response, redirect, render_template
from werkzeug.wrappers import Response

bp = Blueprint("site", __name__)


@bp.get("/robots.txt")
def robots() -> Response:
    answer = make_response(render_template("site/robots.txt"))
    answer.mimetype = "text/plain"
    return answer


@bp.get("/favicon.ico")
def favicon() -> Response:
    return redirect(current_app.jinja_env.globals["asset"]("favicon.svg"), code=302)  # type: ignore[operator]
