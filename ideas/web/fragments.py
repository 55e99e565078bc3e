"""Pieces of pages that say the same to everyone who reads a language: made once, kept until they say something else.

All that a piece says is its key, so that a thing that changed makes another piece. No reader's name, vote or
token may stand in one.
"""

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app
from markupsafe import Markup, escape

from ideas.web.languages import language


def fragment(template: str, *, blanks: dict[str, str] | None = None, **facts: Hashable) -> Markup:
    """The template with those facts, as an unnamed reader of the request's language sees it.

    `blanks` are what each reader has of their own, a form's token or an address: no part of what is kept,
    they are filled into it, escaped, each time.
    """
    if not blanks:
        return _made(template, language(), (), tuple(facts.items()))
    made = str(_made(template, language(), tuple(blanks), tuple(facts.items())))
    for name, value in blanks.items():
        made = made.replace(_blank(name), escape(value))
    return Markup(made)  # noqa: S704 - what our own template made, and escaped words


@lru_cache(maxsize=8192)
def _made(template: str, locale: str, blanks: tuple[str, ...], facts: tuple[tuple[str, Hashable], ...]) -> Markup:
    shown = {name: _blank(name) for name in blanks} | dict(facts)
    # Markup: what our own template made, escaped by it.
    return Markup(current_app.jinja_env.get_template(template).render(locale=locale, **shown))  # noqa: S704


def _blank(name: str) -> str:
    """No text of anybody's holds it: what is typed can't have these signs (text.has_forbidden)."""
    return f"\x02{name}\x03"
