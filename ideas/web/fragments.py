"""Pieces of pages that say the same to everyone who reads a language: made once, kept until they say something else.

All that a piece says is its key, so that a thing that changed makes another piece. Nobody's name, vote or
token may stand in one.
"""

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from ideas.web.languages import language


def fragment(template: str, **facts: Hashable) -> Markup:
    """The template with those facts, as an unnamed reader of the request's language sees it."""
    return _made(template, language(), tuple(facts.items()))


@lru_cache(maxsize=8192)
def _made(template: str, locale: str, facts: tuple[tuple[str, Hashable], ...]) -> Markup:
    # Markup: what our own template made, escaped by it.
    return Markup(current_app.jinja_env.get_template(template).render(locale=locale, **dict(facts)))  # noqa: S704
