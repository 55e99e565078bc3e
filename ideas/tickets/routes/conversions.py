"""/chamados/<code>/ideia, /voto: an analyst turns a ticket into an idea, or into its owner's vote for one."""

from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.forms import IdeaForm
from ideas.board.listing import finding
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.conduct.participation import CodeNotAccepted
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.errors import Missing, Refused
from ideas.products import catalogue
from ideas.tickets import converting, roles
from ideas.tickets.models import Ticket
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import parsing, refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("ticket_conversions", __name__, url_prefix="/chamados/<code>")


@bp.get("/ideia")
def new(code: str) -> str:
    ticket = ticket_or_404(code)
    roles.ensure_analyst(me(), ticket)
    return _page(ticket, _form(**_fields_from(ticket)))


@bp.post("/ideia")
def create(code: str) -> Response:
    ticket, form = ticket_or_404(code), _form()
    if not form.validate():
        return make_response(_page(ticket, form), 422)
    accept_if_submitted(me())
    try:
        idea = converting.to_idea(ticket, form.idea(), by=me())
    except CodeNotAccepted:
        raise
    except Refused as refusal:
        return _show_refusal(code, refusal)
    db.session.commit()
    flash(gettext("O chamado virou a ideia nº %(number)s. O cliente recebe um aviso.", number=idea.id))
    return see_other(url_for("tickets.show", code=code))


@bp.post("/voto")
def vote(code: str) -> Response:
    ticket, idea_id = ticket_or_404(code), parsing.row_id(request.form.get("idea", ""))
    if idea_id is None:
        raise Missing
    try:
        idea = converting.to_vote(ticket, canonical(idea_or_404(idea_id)), by=me())
    except Refused as refusal:
        return _show_refusal(code, refusal)
    db.session.commit()
    flash(gettext("Voto do cliente registrado na ideia nº %(number)s. Ele recebe um aviso.", number=idea.id))
    return see_other(url_for("tickets.show", code=code))


def _form(**values: Any) -> IdeaForm:
    form = IdeaForm(**values)
    form.offer(catalogue.open_products())
    return form


def _fields_from(ticket: Ticket) -> dict[str, Any]:
    """The customer's text as the fields of an idea, for the analyst to review."""
    product = ticket.product.key if ticket.product else ""
    module = f"{product}.{ticket.module.key}" if ticket.module else ""
    return {"title": ticket.subject, "problem": ticket.description, "product": product, "module": module}


def _show_refusal(code: str, refusal: Refused) -> Response:
    db.session.rollback()
    ticket = ticket_or_404(code)
    form = _form() if request.form.get("title") else _form(**_fields_from(ticket))
    return make_response(_page(ticket, form, refusals.message_of(refusal)), refusal.status)


def _page(ticket: Ticket, form: IdeaForm, refusal: str | None = None) -> str:
    similar = finding.similar(ticket.subject, ticket.description)
    return render_template("tickets/conversion.html", ticket=ticket, form=form, cards=similar, refusal=refusal)
