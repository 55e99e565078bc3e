"""What features above put on a page below: one batch function and one template each.

A panel costs one statement on top of its page's budget. `add` is called by wiring/ only.
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
    """Put a panel on a page, after those already there."""
    panel = Panel(load, template, shared)
    if panel not in _panels.setdefault(page, []):
        _panels[page].append(panel)


def on(page: str, subject: Any = None) -> list[Markup]:
    """The page's panels, rendered, for what it shows."""
    shown = ((panel, _context(panel, subject)) for panel in _panels.get(page, []))
    return [_shown(panel, context) for panel, context in shown if context is not None]


def _context(panel: Panel, subject: Any) -> dict[str, Any] | None:
    return cached(("panel", panel.template), lambda: panel.load(subject)) if panel.shared else panel.load(subject)


def _shown(panel: Panel, context: dict[str, Any]) -> Markup:
    if panel.shared:
        return fragment(panel.template, **context)
    # Markup: what our own template made, escaped by it.
    return Markup(render_template(panel.template, **context))  # noqa: S704


def count(page: str) -> int:
    """How many panels a page has: what tests add to its statement budget."""
    return len(_panels.get(page, []))
