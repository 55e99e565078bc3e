"""/painel/registro: the audit log."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from ideas.accounts.models import Person
from ideas.audit.actions import ACTIONS
from ideas.db import db
from ideas.operations import listing
from ideas.operations.listing import PAGE_SIZE, LogFilters
from ideas.operations.routes import lists, wording
from ideas.web import paging

bp = Blueprint("log", __name__, url_prefix="/painel/registro")


@bp.get("")
def index() -> str:
    filters = LogFilters(by_id=lists.id_in_query("pessoa"), action=_action(), thing=_thing())
    found = listing.entries(filters, before=paging.requested_id())
    page = paging.paginate(found, PAGE_SIZE, lambda row: (row.entry.id, row.entry.id))
    return render_template(
        "operations/log.html", page=page, filters=filters, people=_people(filters.by_id), wording=wording,
        actions=sorted(((action, gettext(words)) for action, words in ACTIONS.items()), key=lambda pair: pair[1]),
    )  # fmt: skip


def _action() -> str | None:
    action = request.args.get("ato") or None
    return action if action is None or action in ACTIONS else abort(404)


def _thing() -> tuple[str, int] | None:
    """The thing in the query string: `sobre=company&numero=7`."""
    kind, number = request.args.get("sobre"), lists.id_in_query("numero")
    return (kind[:40], number) if kind and number else None


def _people(chosen: int | None) -> list[Person]:
    """The choices of the filter: staff, and the chosen person."""
    people = list(listing.staff())
    if chosen is not None and chosen not in {person.id for person in people}:
        people.append(db.session.get(Person, chosen) or abort(404))
    return people
