"""The footer's switches: language and light or dark, kept in a cookie by who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.web import cookies
from ideas.web.addresses import own_path
from ideas.web.languages import COOKIE, LANGUAGES
from ideas.web.person import visitor

if TYPE_CHECKING:
    from ideas.accounts.models import Person

Keep = Callable[["Person", str], None]
bp = Blueprint("preferences", __name__, url_prefix="/preferencias")
YEAR = timedelta(days=365)
THEME = "theme"
_keep_for: Keep | None = None


def language_kept_by(keep: Keep) -> None:
    """Register what changes the language that a person chose in their profile, which goes before the cookie."""
    global _keep_for  # noqa: PLW0603 - one registration, at start
    _keep_for = keep


@bp.post("")
def update() -> Response:
    answer = redirect(own_path(request.form.get("back", "/")), code=303)
    lang, theme = request.form.get("lang"), request.form.get("theme")
    if lang in LANGUAGES:
        cookies.keep(answer, COOKIE, lang, lasts=YEAR)
        _keep_in_profile(lang)
    if theme in {"light", "dark"}:
        cookies.keep(answer, THEME, theme, lasts=YEAR)
    elif theme == "auto":
        cookies.forget(answer, THEME)
    return answer


def _keep_in_profile(lang: str) -> None:
    """Who chose a language before is believed again; who follows the browser goes on doing so elsewhere."""
    person = visitor()
    if _keep_for is not None and person is not None and person.language:
        _keep_for(person, lang)
        db.session.commit()
