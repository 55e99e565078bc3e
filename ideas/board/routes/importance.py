"""/ideias/<n>/voto/peso: how much the idea matters to a voter."""

from flask import Blueprint, abort, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.forms import ImportanceForm
from ideas.board.models import Idea
from ideas.board.routes import ideas as idea_pages
from ideas.board.routes import subjects
from ideas.board.routes.scope import canonical, detail_or_404, idea_or_404
from ideas.board.voting import importance
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.web.person import me, my_company
from ideas.web.responses import is_htmx, partial_or_redirect

bp = Blueprint("importance", __name__, url_prefix="/ideias/<int:number>/voto/peso")


@bp.post("")
def update(number: int) -> Response:
    idea = idea_or_404(number)
    form = ImportanceForm()
    if not form.validate():
        return _again(canonical(idea), form)
    accept_if_submitted(me())
    importance.state(idea, form.opinion(), voter=me(), company=my_company())
    db.session.commit()
    root = canonical(idea)
    page = url_for("ideas.show", number=root.id, slug=root.slug, _anchor="peso")
    return partial_or_redirect("board/_importance.html", otherwise=page, say=gettext("Anotado. Obrigado."),
                               idea=root, support=importance.support_of(root, me()), importance_form=None)  # fmt: skip


def _again(idea: Idea, form: ImportanceForm) -> Response:
    """Show the form again, with what was typed and its errors."""
    if form.importance.errors:
        abort(400)
    if is_htmx():
        support = importance.support_of(idea, me())
        return make_response(
            render_template("board/_importance.html", idea=idea, support=support, importance_form=form, said=None), 422
        )
    return make_response(idea_pages.render(subjects.load(detail_or_404(idea.id)), importance_form=form), 422)
