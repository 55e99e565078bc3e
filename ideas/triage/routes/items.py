"""/triagem/<n>/…: answer an idea, set its owner and tags, add a note; then return to the same list."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import deciding
from ideas.board.answer_form import form_for
from ideas.board.deciding import AnsweredMeanwhile, NotDecided
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import Refused
from ideas.triage import noting, owners, tagging
from ideas.triage.forms import TagsForm, TriageNoteForm
from ideas.triage.routes import inbox
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("triage_items", __name__, url_prefix="/triagem/<int:number>")


@bp.post("/resposta")
def answer(number: int) -> Response:
    """Answer the idea, and continue with the next one."""
    idea = inbox.idea_or_404(number)
    form = form_for(idea, sent=request.form)
    if form.seen.data != deciding.version_token(idea):
        return _show_refusal(number, AnsweredMeanwhile())
    if not form.validate():
        return inbox.page(idea, status=422, form=form)
    try:
        deciding.decide(idea, form.decision(), by=me())
    except NotDecided as refusal:
        db.session.rollback()
        return _show_refusal(number, refusal)
    db.session.commit()
    flash(gettext("“%(title)s” respondida. Quem segue recebe um aviso.", title=idea.title))
    return _to_list()


@bp.post("/responsavel")
def own(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = inbox.owner_form(idea, sent=request.form)
    if not form.validate():
        return inbox.page(idea, status=422, owner_form=form)
    owners.assign(idea, form.chosen)
    db.session.commit()
    return _to_list(ideia=number)


@bp.post("/etiquetas")
def tag(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = TagsForm()
    try:
        tagging.set_tags(idea, form.names if form.validate() else [])
    except Refused as refusal:
        db.session.rollback()
        form.tags.errors = [refusals.message_of(refusal)]
        return inbox.page(inbox.idea_or_404(number), status=refusal.status, tags_form=form)
    db.session.commit()
    return _to_list(ideia=number)


@bp.post("/notas")
def note(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = TriageNoteForm()
    if not form.validate():
        return inbox.page(idea, status=422, note_form=form)
    noting.add(idea, form.words.data or "", by=me())
    db.session.commit()
    return _to_list(ideia=number)


def _show_refusal(number: int, refusal: NotDecided) -> Response:
    """The form with the submitted values, the refusal at its field, and the idea's current state."""
    idea: Idea = inbox.idea_or_404(number)
    form = form_for(idea, sent=request.form, refresh=True)
    form.show_refusal(refusal)
    return inbox.page(idea, status=422, form=form)


def _to_list(**more: Any) -> Response:
    """Redirect to the list that the form came from."""
    query: dict[str, Any] = {key: request.args.getlist(key) for key in request.args if key != "ideia"}
    return see_other(url_for("triage.index", **query, **more))
