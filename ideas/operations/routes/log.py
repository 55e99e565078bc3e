"""/painel/registro: who did what with which right."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from ideas.accounts.models import Person
from ideas.audit.actions import ACTIONS
from ideas.db import db
from ideas.operations import listing
from ideas.operations.listing import PAGE, Asked
from ideas.operations.routes import lists, wording
from ideas.web import paging

bp = Blueprint("log", __name__, url_prefix="/painel/registro")


@bp.get("")
def index() -> str:
    asked = Asked(by_id=lists.number("pessoa"), deed=_deed(), thing=_thing())
    found = listing.entries(asked, before=paging.number_asked())
    page = paging.cut(found, PAGE, lambda row: (row.entry.id, row.entry.id))
    return render_template(
        "operations/log.html", page=page, asked=asked, people=_people(asked.by_id), wording=wording,
        deeds=sorted(((deed, gettext(words)) for deed, words in ACTIONS.items()), key=lambda pair: pair[1]),
    )  # fmt: skip


def _deed() -> str | None:
    deed = request.args.get("ato") or None
    return deed if deed is None or deed in ACTIONS else abort(404)


def _thing() -> tuple[str, int] | None:
    """What the acts are about: `sobre=company&numero=7`."""
    sort, number = request.args.get("sobre"), lists.number("numero")
    return (sort[:40], number) if sort and number else None


def _people(chosen: int | None) -> list[Person]:
    """Those whom the list offers: the vendor's people, and whoever is chosen already."""
    people = list(listing.staff())
    if chosen is not None and chosen not in {person.id for person in people}:
        people.append(db.session.get(Person, chosen) or abort(404))
    return people
