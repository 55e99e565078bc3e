"""Which language a request is answered in: profile, else cookie, else the browser's, else pt-BR."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale

from ideas.clock import SAO_PAULO
from ideas.web.person import visitor

#: the portal's own name of a language -> gettext's
LANGUAGES = {"pt-BR": "pt_BR", "es": "es", "en": "en"}
COOKIE = "lang"


def speak(app: Flask) -> None:
    """Give the app its three languages and its zones."""
    Babel(
        app,
        default_locale="pt_BR",
        default_timezone=str(SAO_PAULO),
        default_translation_directories="translations",
        locale_selector=lambda: LANGUAGES[language()],
        timezone_selector=lambda: str(zone()),
    )


def language() -> str:
    """The language of this request: "pt-BR", "es" or "en"."""
    if not has_request_context():
        return "pt-BR"
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    person = visitor()
    if person is not None and person.language in LANGUAGES:
        return person.language
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    asked = request.accept_languages.best_match(["pt-BR", "pt", "es", "en"])
    return asked if asked in LANGUAGES else "pt-BR"


def zone() -> tzinfo:
    """The zone that times are shown in: the person's, São Paulo's for visitors."""
    person = visitor() if has_request_context() else None
    return ZoneInfo(person.time_zone) if person is not None else SAO_PAULO


__all__ = ["COOKIE", "LANGUAGES", "force_locale", "language", "speak", "zone"]
