"""/chamados/<code>/pessoas: participants and owner of a ticket."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.tickets import participating, roles
from ideas.tickets.models import Ticket
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import parsing
from ideas.web.context import person_name
from ideas.web.person import me
from ideas.web.responses import partial_or_page, partial_or_redirect, see_other

bp = Blueprint("ticket_people", __name__, url_prefix="/chamados/<code>/pessoas")


@bp.get("")
def index(code: str) -> Response:
    ticket = ticket_or_404(code)
    return partial_or_page("tickets/_people.html", "tickets/people.html", **_load(ticket, request.args.get("q", "")))


@bp.post("")
def create(code: str) -> Response:
    ticket = ticket_or_404(code)
    participating.add(ticket, parsing.row_id(request.form.get("person", "")) or 0, by=me())
    db.session.commit()
    return _done(ticket, gettext("Participante incluído: já vê o chamado."))


@bp.post("/<int:person_id>/retirar")
def destroy(code: str, person_id: int) -> Response:
    ticket = ticket_or_404(code)
    participating.remove(ticket, person_id, by=me())
    db.session.commit()
    if person_id == me().id:
        return see_other(url_for("tickets.index"))
    return _done(ticket, gettext("Participante retirado: não vê mais o chamado."))


@bp.post("/proprietario")
def transfer(code: str) -> Response:
    ticket = ticket_or_404(code)
    participating.transfer(ticket, parsing.row_id(request.form.get("person", "")) or 0, by=me())
    db.session.commit()
    owner = ticket_or_404(code).owner
    return _done(ticket, gettext("Agora o chamado é de %(name)s.", name=person_name(owner)))


def _done(ticket: Ticket, say: str) -> Response:
    shown = _load(ticket_or_404(ticket.code), "")
    page = url_for("ticket_people.index", code=ticket.code)
    return partial_or_redirect("tickets/_people.html", otherwise=page, say=say, **shown)


def _load(ticket: Ticket, search: str) -> dict[str, Any]:
    found = participating.colleagues_of(ticket, search)
    return {
        "ticket": ticket,
        "roles": roles.roles_of(me(), ticket),
        "participants": participating.participants_of(ticket),
        "colleagues": found[: participating.MAX_COLLEAGUES],
        "there_are_more": len(found) > participating.MAX_COLLEAGUES,
        "search": search,
    }
