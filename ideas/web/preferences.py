"""The footer's switches: language and light or dark, kept in a cookie by who asked for it."""

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from ideas.web.addresses import own_path
from ideas.web.languages import COOKIE, LANGUAGES

bp = Blueprint("preferences", __name__, url_prefix="/preferencias")
YEAR = 365 * 24 * 3600


@bp.post("")
def update() -> Response:
    answer = redirect(own_path(request.form.get("back", "/")), code=303)
    lang, theme = request.form.get("lang"), request.form.get("theme")
    if lang in LANGUAGES:
        _keep(answer, COOKIE, lang)
    if theme in {"light", "dark"}:
        _keep(answer, "theme", theme)
    elif theme == "auto":
        answer.delete_cookie("theme")
    return answer


def _keep(answer: Response, name: str, value: str) -> None:
    secure = current_app.extensions["settings"].secure
    answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure)
