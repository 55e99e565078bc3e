"""/ideias/<n>/resposta: the vendor answers an idea."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import deciding
from ideas.board.answer_form import AnswerForm, form_for
from ideas.board.deciding import AnsweredMeanwhile, NotDecided
from ideas.board.models import Idea
from ideas.board.routes import ideas as idea_pages
from ideas.board.routes import subjects
from ideas.board.routes.scope import canonical, detail_or_404, idea_or_404
from ideas.db import db
from ideas.errors import NotAllowed
from ideas.web.person import manages, me
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("answers", __name__, url_prefix="/ideias/<int:number>/resposta")


@bp.post("")
def create(number: int) -> Response:
    idea = canonical(idea_or_404(number))
    if not manages(idea.product_id):
        raise NotAllowed
    form = form_for(idea, sent=request.form)
    if form.seen.data != deciding.version_token(idea):
        return _again(idea, AnsweredMeanwhile())
    if not form.validate():
        return _shown(idea, form)
    try:
        deciding.decide(idea, form.decision(), by=me())
    except NotDecided as refusal:
        db.session.rollback()
        return _again(canonical(idea_or_404(number)), refusal)
    db.session.commit()
    flash(gettext("Resposta publicada. Quem segue a ideia recebe um aviso."))
    return see_other(url_for("ideas.show", number=idea.id, slug=idea.slug))


def _again(idea: Idea, refusal: NotDecided) -> Response:
    """Show the form with what was typed, the refusal at its field, and the current version token."""
    form = form_for(idea, sent=request.form, refresh=True)
    form.show_refusal(refusal)
    return _shown(idea, form)


def _shown(idea: Idea, form: AnswerForm) -> Response:
    if is_htmx():
        return make_response(render_template("board/_answer_form.html", idea=idea, form=form), 422)
    return make_response(idea_pages.render(subjects.load(detail_or_404(idea.id)), form=form), 422)
