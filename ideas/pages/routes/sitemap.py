"""/sitemap.xml: the board and every listed idea, for search engines; 404 unless reading is public."""

from flask import Blueprint, abort, current_app, render_template
from werkzeug.wrappers import Response

from ideas.board.listing import pages

bp = Blueprint("sitemap", __name__)


@bp.get("/sitemap.xml")
def index() -> Response:
    if current_app.extensions["settings"].portal_reading != "public":
        abort(404)
    return Response(render_template("pages/sitemap.xml", ideas=pages.newest()), mimetype="application/xml")
