"""/chamados/<code>/mensagens, /notas, /acompanhamento: messages, notes and follow-ups."""

from flask import Blueprint, flash, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.errors import Refused
from ideas.tickets import conversing, opening
from ideas.tickets.forms import ReplyForm, TicketNoteForm
from ideas.tickets.routes import attached_files, page
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("ticket_conversation", __name__, url_prefix="/chamados/<code>")


@bp.post("/mensagens")
def reply(code: str) -> Response:
    ticket, form = ticket_or_404(code), ReplyForm()
    files = attached_files.take(form) if form.validate() else None
    if files is None:
        return page.show(ticket, reply=form, status=422)
    try:
        message = conversing.reply(ticket, form.new_text(files), by=me(), then=form.then.data or None)
    except Refused as refusal:
        return _show_refusal(code, form, refusal)
    db.session.commit()
    return page.updated(ticket, gettext("Mensagem enviada."), anchor=f"mensagem-{message.id}")


@bp.post("/notas")
def note(code: str) -> Response:
    ticket, form = ticket_or_404(code), TicketNoteForm()
    files = attached_files.take(form) if form.validate() else None
    if files is None:
        return page.show(ticket, note=form, status=422)
    created = conversing.add_note(ticket, form.new_text(files), by=me())
    db.session.commit()
    return page.updated(ticket, gettext("Nota interna guardada: só os analistas a veem."), anchor=f"nota-{created.id}")


@bp.post("/acompanhamento")
def follow_up(code: str) -> Response:
    ticket, form = ticket_or_404(code), ReplyForm()
    files = attached_files.take(form) if form.validate() else None
    if files is None:
        return page.show(ticket, reply=form, status=422)
    try:
        created = opening.open_follow_up(ticket, form.new_text(files), by=me())
    except Refused as refusal:
        return _show_refusal(code, form, refusal)
    db.session.commit()
    flash(gettext("Acompanhamento aberto: chamado %(code)s, com todo o histórico.", code=created.code))
    return see_other(url_for("tickets.show", code=created.code))


def _show_refusal(code: str, form: ReplyForm, refusal: Refused) -> Response:
    """The page with the submitted text and the refusal."""
    db.session.rollback()
    form.text.errors = [refusals.message_of(refusal)]
    return page.show(ticket_or_404(code), reply=form, status=refusal.status)
