"""The footer's switches: language and colour theme, stored in cookies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.web import cookies
from ideas.web.addresses import local_path
from ideas.web.languages import COOKIE, LANGUAGES
from ideas.web.person import person_or_none

if TYPE_CHECKING:
    from ideas.accounts.models import Person

SaveLanguage = Callable[["Person", str], None]
bp = Blueprint("preferences", __name__, url_prefix="/preferencias")
YEAR = timedelta(days=365)
THEME = "theme"
_save_language: SaveLanguage | None = None


def save_language_with(save: SaveLanguage) -> None:
    """Register the function that stores a language in the person's profile, which overrides the cookie."""
    global _save_language  # noqa: PLW0603 - registered once, at start-up
    _save_language = save


@bp.post("")
def update() -> Response:
    response = redirect(local_path(request.form.get("back", "/")), code=303)
    lang, theme = request.form.get("lang"), request.form.get("theme")
    if lang in LANGUAGES:
        cookies.store(response, COOKIE, lang, max_age=YEAR)
        _save_in_profile(lang)
    if theme in {"light", "dark"}:
        cookies.store(response, THEME, theme, max_age=YEAR)
    elif theme == "auto":
        cookies.delete(response, THEME)
    return response


def _save_in_profile(lang: str) -> None:
    """Update the profile's language, unless the person never chose one and follows the browser."""
    person = person_or_none()
    if _save_language is not None and person is not None and person.language:
        _save_language(person, lang)
        db.session.commit()
