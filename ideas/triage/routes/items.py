"""/triagem/<n>/…: answer the idea, say whose it is, tag it, note something; and back to the same list."""

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
from ideas.triage.forms import NoteForm, TagsForm
from ideas.triage.routes import inbox
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("triage_items", __name__, url_prefix="/triagem/<int:number>")


@bp.post("/resposta")
def answer(number: int) -> Response:
    """Answer, and go on with the next idea."""
    idea = inbox.idea_or_404(number)
    form = form_for(idea, sent=request.form)
    if form.seen.data != deciding.state_of(idea):
        return _again(number, AnsweredMeanwhile())
    if not form.validate():
        return inbox.page(idea, status=422, form=form)
    try:
        deciding.decide(idea, form.decision(), by=me())
    except NotDecided as refusal:
        db.session.rollback()
        return _again(number, refusal)
    db.session.commit()
    flash(gettext("“%(title)s” respondida. Quem segue recebe um aviso.", title=idea.title))
    return _back()


@bp.post("/responsavel")
def own(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = inbox.owner_form(idea, sent=request.form)
    if not form.validate():
        return inbox.page(idea, status=422, owner_form=form)
    owners.give(idea, form.chosen)
    db.session.commit()
    return _back(ideia=number)


@bp.post("/etiquetas")
def tag(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = TagsForm()
    try:
        tagging.put(idea, form.names if form.validate() else [])
    except Refused as refusal:
        db.session.rollback()
        form.tags.errors = [refusals.sentence(refusal)]
        return inbox.page(inbox.idea_or_404(number), status=refusal.status, tags_form=form)
    db.session.commit()
    return _back(ideia=number)


@bp.post("/notas")
def note(number: int) -> Response:
    idea = inbox.idea_or_404(number)
    form = NoteForm()
    if not form.validate():
        return inbox.page(idea, status=422, note_form=form)
    noting.add(idea, form.words.data or "", by=me())
    db.session.commit()
    return _back(ideia=number)


def _again(number: int, refusal: NotDecided) -> Response:
    """The form with everything that was typed, the reason at its field, and the idea's state of now."""
    idea: Idea = inbox.idea_or_404(number)
    form = form_for(idea, sent=request.form, again=True)
    form.blame(refusal)
    return inbox.page(idea, status=422, form=form)


def _back(**more: Any) -> Response:
    """To the list that the form came from."""
    query: dict[str, Any] = {key: request.args.getlist(key) for key in request.args if key != "ideia"}
    return see_other(url_for("triage.index", **query, **more))
