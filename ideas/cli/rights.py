"""`bin/portal rights`: the table of docs/rights.md, made of ideas/rights.py and the routes there are."""

from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.routing import Rule

from ideas.rights import ROUTES, Who, allows, is_open

INTRODUCTION = """\
# Who may ask for what

Made by `bin/portal rights > docs/rights.md` from `ideas/rights.py`, which the gate before every view reads; a
test compares them, and asks for every address as each of these nine. This table says who comes as far as
the view; which idea, ticket or company is theirs to see or change is asked of the row itself.

It is the table of a production portal with `PORTAL_READING=public`. With `members`, a visitor and a locked
account lose what is marked ○. Someone suspended comes as far as any customer; ideas refuse them their deeds.
"""


@dataclass(frozen=True)
class Principal:
    """One kind of asker, as a column."""

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
    """Print who may ask for which address, as docs/rights.md has it."""
    click.echo(table(current_app), nl=False)


def table(app: Flask) -> str:
    """The whole page, in Markdown."""
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
