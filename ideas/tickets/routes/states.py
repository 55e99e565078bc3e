"""/chamados/<code>/situacao: take a ticket to another state, without a word."""

from flask import Blueprint, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.tickets import progressing
from ideas.tickets.routes import page
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web.person import me

bp = Blueprint("ticket_states", __name__, url_prefix="/chamados/<code>/situacao")


@bp.post("")
def update(code: str) -> Response:
    ticket = ticket_or_404(code)
    progressing.advance(ticket, request.form.get("to", "")[:40], by=me())
    db.session.commit()
    return page.done(ticket, gettext("A situação do chamado mudou."))
