"""/chamados/<code>/situacao: change a ticket's state without a message."""

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
    progressing.change_state(ticket, request.form.get("to", "")[:40], by=me())
    db.session.commit()
    return page.updated(ticket, gettext("A situação do chamado mudou."))
