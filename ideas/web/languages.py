"""The language of a request: from the profile, else the cookie, else the browser, else pt-BR."""

from datetime import tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ideas.clock import SAO_PAULO
from ideas.web import cookies
from ideas.web.no_counts import NO_COUNTS
from ideas.web.person import person_or_none

#: Language tag -> gettext locale
LANGUAGES = {"pt-BR": "pt_BR", "es": "es", "en": "en"}
#: Parsed once, because the library parses the name of a locale at every request.
_LOCALES = {tag: Locale.parse(name) for tag, name in LANGUAGES.items()}
COOKIE = "lang"


def install(app: Flask) -> None:
    """Configure the languages and time zones of the app."""
    Babel(
        app,
        default_locale="pt_BR",
        default_timezone=str(SAO_PAULO),
        default_translation_directories="translations",
        locale_selector=lambda: _LOCALES[language()],
        timezone_selector=zone,
    )
    # The library's own functions look up the catalogue for every sentence: a fifth of a page's time.
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.jinja_env.filters["numberformat"] = _grouped


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    """Translate a template's `_("…")`. The sentence is always a format, escaped where the template is."""
    spoken = get_locale().language
    if not values:
        return _sentence(message, spoken, bool(context.autoescape))
    words = _catalogue(spoken).gettext(message)
    return (Markup(words) if context.autoescape else words) % values  # noqa: S704 - our own sentences


@lru_cache(maxsize=4096)
def _sentence(message: str, spoken: str, escaped: bool) -> str:
    """A sentence without values, ready for the page."""
    words = _catalogue(spoken).gettext(message)
    return (Markup(words) if escaped else words) % {}  # noqa: S704 - our own sentences


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    """Translate a template's `ngettext("…", "…", n)`, which may use `%(num)s`."""
    words = _counted(one, many, num)
    return (Markup(words) if context.autoescape else words) % ({"num": num} | values)  # noqa: S704 - as above


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a count outside a template, as templates do: with words for zero."""
    return _counted(one, many, num) % ({"num": num} | values)


def _counted(one: str, many: str, num: int) -> str:
    """The sentence of a count in the language in force, before its values are put in."""
    catalogue = _catalogue(get_locale().language)
    if num == 0 and one in NO_COUNTS:
        return str(catalogue.gettext(NO_COUNTS[one]))
    return str(catalogue.ngettext(one, many, num))


def _grouped(number: int) -> str:
    """Format a number in the reader's language."""
    return grouped(number, get_locale().language)


@lru_cache(maxsize=4096)
def grouped(number: int, spoken: str) -> str:
    """A number as that language ("pt", "es" or "en") writes it: 1.234 or 1,234."""
    return str(format_decimal(number, locale=spoken))


@cache
def _catalogue(spoken: str) -> NullTranslations:
    """The sentences of the language in force, which `spoken` names."""
    catalogue: NullTranslations = get_translations()
    return catalogue


def language() -> str:
    """The language of this request: "pt-BR", "es" or "en"."""
    if not has_request_context():
        return "pt-BR"
    chosen: str | None = g.get("language")
    if chosen is None:
        chosen = g.language = _choose()
    return chosen


def reset() -> None:
    """Discard this request's language, after the person changed theirs."""
    g.pop("language", None)


def _choose() -> str:
    person = person_or_none()
    if person is not None and person.language in LANGUAGES:
        return person.language
    cookie = cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    return _best_match(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=512)
def _best_match(accept_language: str) -> str:
    """The language that the browser prefers. Browsers send few different headers, which take long to parse."""
    asked = parse_accept_header(accept_language, LanguageAccept).best_match(["pt-BR", "pt", "es", "en"])
    return asked if asked in LANGUAGES else "pt-BR"


def zone() -> tzinfo:
    """Return the time zone of the person; for visitors, that of São Paulo."""
    person = person_or_none() if has_request_context() else None
    return ZoneInfo(person.time_zone) if person is not None else SAO_PAULO


__all__ = ["COOKIE", "LANGUAGES", "force_locale", "install", "language", "ngettext", "reset", "zone"]
