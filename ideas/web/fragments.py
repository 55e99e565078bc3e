"""Pieces of pages that say the same to everyone who reads a language: made once, kept until they say something else.

All that a piece says is its key, so that a thing that changed makes another piece. No reader's name, vote or
token may stand in one.

A fact that can be told apart into a shape and its words is not put through the template each time: the shape is,
once, with blanks that the words then fill. A page of things that nobody has shown yet costs hardly more than one
of things well known.
"""

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app
from markupsafe import Markup, escape

from ideas.blanks import Words, word
from ideas.web.languages import grouped, language


def fragment(template: str, *, blanks: dict[str, str] | None = None, **facts: Hashable) -> Markup:
    """The template with those facts, as an unnamed reader of the request's language sees it.

    `blanks` are what each reader has of their own, a form's token or an address: no part of what is kept,
    they are filled into it, escaped, each time.
    """
    if not blanks:
        return _made(template, language(), (), tuple(facts.items()))
    made = _made(template, language(), tuple(blanks), tuple(facts.items()))
    return _filled(made, {word(name): own for name, own in blanks.items()}, language())


@lru_cache(maxsize=2048)
def _made(template: str, locale: str, blanks: tuple[str, ...], facts: tuple[tuple[str, Hashable], ...]) -> Markup:
    apart = {name: fact.apart() for name, fact in facts if hasattr(fact, "apart")}
    if not apart:
        return _rendered(template, locale, blanks, facts)
    shapes = {name: shape for name, (shape, _) in apart.items()}
    made = _shaped(template, locale, blanks, tuple((dict(facts) | shapes).items()))
    for _, words in apart.values():
        made = _filled(made, words, locale)
    return made


def _rendered(template: str, locale: str, blanks: tuple[str, ...], facts: tuple[tuple[str, Hashable], ...]) -> Markup:
    shown = {name: word(name) for name in blanks} | dict(facts)
    # Markup: what our own template made, escaped by it.
    return Markup(current_app.jinja_env.get_template(template).render(locale=locale, **shown))  # noqa: S704


_shaped = lru_cache(maxsize=2048)(_rendered)


def _filled(made: Markup, words: Words, locale: str) -> Markup:
    spoken = locale.partition("-")[0]
    whole = str(made)
    for blank, said in words.items():
        whole = whole.replace(blank, grouped(said, spoken) if isinstance(said, int) else escape(said))
    return Markup(whole)  # noqa: S704 - what our own template made, and escaped words
