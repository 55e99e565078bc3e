"""`bin/portal rights`: generate docs/rights.md from ideas/rights.py and the URL map."""

from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.routing import Rule

from ideas.rights import ROUTES, Who, allows, is_open

INTRODUCTION = """\
# Who may request what

Generated from `ideas/rights.py` by `bin/portal rights > docs/rights.md`. The gate checks this table before every view.
A test compares it with the code and requests every route as each of these nine kinds of people. The table says who
reaches the view; the row itself decides which idea, ticket or company they may see or change.

It shows a portal in production with `PORTAL_READING=public`. With `members`, visitors and locked accounts lose the
routes marked ○. A suspended person reaches every page that a customer reaches, but cannot post, comment or vote.
"""


@dataclass(frozen=True)
class Principal:
    """One kind of requester: a column of the table."""

    signed_in: bool = True
    administers: bool = False
    roles: frozenset[str] = frozenset()


PRINCIPALS = {
    "visitor": Principal(signed_in=False),
    "customer": Principal(),
    "administrator": Principal(administers=True),
    "product manager": Principal(roles=frozenset({"product_manager"})),
    "moderator": Principal(roles=frozenset({"moderator"})),
    "analyst": Principal(roles=frozenset({"analyst"})),
    "operator": Principal(roles=frozenset({"operator"})),
    "suspended": Principal(),
    "locked": Principal(signed_in=False),
}


@click.command("rights")
@with_appcontext
def rights() -> None:
    """Print docs/rights.md: who may request which route."""
    click.echo(table(current_app), nl=False)


def table(app: Flask) -> str:
    """Render the whole page as Markdown."""
    heads = ["address", "method", *PRINCIPALS]
    lines = [INTRODUCTION, _row(heads), _row(["---"] * 2 + [":-:"] * len(PRINCIPALS))]
    return "\n".join([*lines, *(_row(cells) for cells in _rows(app))]) + "\n"


def _rows(app: Flask) -> Iterator[list[str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, _methods(rule))):
        who = ROUTES[rule.endpoint]
        yield [f"`{rule.rule}`", _methods(rule), *(_mark(who, one) for one in PRINCIPALS.values())]


def _methods(rule: Rule) -> str:
    return ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def _mark(who: Who, principal: Principal) -> str:
    if is_open(who, env="production", reading="public"):
        return "○" if who is Who.READERS and not principal.signed_in else "✓"
    return "✓" if principal.signed_in and allows(who, principal) else ""


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
