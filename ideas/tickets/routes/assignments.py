"""/chamados/<code>/analista: set the analyst of a ticket."""

from flask import Blueprint, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.db import db
from ideas.tickets import assigning
from ideas.tickets.assigning import NotInAnalystsQueue
from ideas.tickets.routes import page
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import parsing
from ideas.web.person import me

bp = Blueprint("ticket_assignments", __name__, url_prefix="/chamados/<code>/analista")


@bp.post("")
def update(code: str) -> Response:
    ticket = ticket_or_404(code)
    analyst = db.session.get(Person, parsing.row_id(request.form.get("person", "")) or 0)
    if analyst is None:
        raise NotInAnalystsQueue
    assigning.assign(ticket, analyst, by=me())
    db.session.commit()
    mine = analyst.id == me().id
    return page.updated(ticket, gettext("Este chamado está com você.") if mine else gettext("O chamado mudou de mãos."))
