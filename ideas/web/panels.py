"""Panels: parts that features above add to the pages of features below.

A panel has a function that loads its context with one statement, and a template. Only `wiring/` calls `add`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template
from markupsafe import Markup

from ideas.web.fragments import fragment
from ideas.web.shared_cache import cached


class Panel(NamedTuple):
    """`load(subject)` returns the template's context, or None to show nothing."""

    load: Callable[[Any], dict[str, Any] | None]
    template: str
    #: Whether its context is the same for every reader and subject. Then both context and HTML are cached.
    shared: bool


_panels: dict[str, list[Panel]] = {}


def add(page: str, load: Callable[[Any], dict[str, Any] | None], template: str, *, shared: bool = False) -> None:
    """Add a panel to a page, after the existing ones."""
    panel = Panel(load, template, shared)
    if panel not in _panels.setdefault(page, []):
        _panels[page].append(panel)


def render(page: str, subject: Any = None) -> list[Markup]:
    """Render the page's panels for its subject."""
    shown = ((panel, _context(panel, subject)) for panel in _panels.get(page, []))
    return [_render_one(panel, context) for panel, context in shown if context is not None]


def _context(panel: Panel, subject: Any) -> dict[str, Any] | None:
    return cached(("panel", panel.template), lambda: panel.load(subject)) if panel.shared else panel.load(subject)


def _render_one(panel: Panel, context: dict[str, Any]) -> Markup:
    if panel.shared:
        return fragment(panel.template, **context)
    # Markup: rendered by our own template, which escapes its context.
    return Markup(render_template(panel.template, **context))  # noqa: S704


def count(page: str) -> int:
    """Return how many panels a page has. Tests add it to the page's statement budget."""
    return len(_panels.get(page, []))
