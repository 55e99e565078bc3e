"""/ideias/<n>/comentarios: comment on an idea; read older comments."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import following, history
from ideas.board.models import Idea
from ideas.board.routes import ideas as idea_pages
from ideas.board.routes import subjects
from ideas.board.routes.scope import canonical, detail_or_404, idea_or_404
from ideas.board.voting import casting
from ideas.comments import commenting, timeline
from ideas.comments.forms import CommentForm
from ideas.comments.models import Comment
from ideas.comments.routes import slot
from ideas.conduct.participation import CodeNotAccepted
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.person import me, my_company
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("comments", __name__, url_prefix="/ideias/<int:number>/comentarios")


@bp.get("")
def index(number: int) -> Response:
    """Older comments: the next part of the timeline for htmx, else the idea's page at that cursor."""
    idea = canonical(idea_or_404(number))
    if is_htmx():
        return make_response(
            render_template("comments/_line.html", idea=idea, **slot.page_of(idea, history.steps(idea)))
        )
    return redirect(_page(idea, pagina=request.args.get("pagina"), _anchor="conversa"), code=303)


@bp.post("")
def create(number: int) -> Response:
    idea = canonical(idea_or_404(number))
    form = CommentForm()
    if not form.validate():
        return _again(idea, form, 422)
    accept_if_submitted(me())
    # A comment is accepted where votes are closed; a vote without a comment is refused.
    voted = form.vote.data and (idea.open_to_votes or not form.text.data)
    try:
        comment = _say(idea, form, voted=voted)
    except CodeNotAccepted:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [refusals.message_of(refusal)]
        return _again(canonical(idea_or_404(number)), form, refusal.status)
    db.session.commit()
    return _done(idea, comment, voted=voted)


def _say(idea: Idea, form: CommentForm, *, voted: bool) -> Comment | None:
    """Cast the vote and add the comment, whichever was sent."""
    if voted:
        casting.cast(idea, voter=me(), company=my_company())
    if not form.text.data:
        return None
    return commenting.add(idea, form.comment(), author=me(), company=my_company())


def _done(idea: Idea, comment: Comment | None, *, voted: bool) -> Response:
    said = _said(comment, voted=voted)
    if is_htmx() and comment is not None and not voted:
        reader = slot.viewer()
        added = timeline.comment_of(comment.id, reader)
        assert added is not None, "authors see their own comments"
        level = following.follow_of(idea, me()).level.value
        fresh = {"form": CommentForm(formdata=None), "said": said, "level": level}
        comment_shown = slot.shown(added, idea, reader)
        return make_response(render_template("comments/_added.html", idea=idea, shown=comment_shown, **fresh))
    flash(said)
    return see_other(_page(idea, _anchor=f"comentario-{comment.id}" if comment else None))


def _said(comment: Comment | None, *, voted: bool) -> str:
    if voted and comment:
        return str(gettext("Seu voto e seu comentário já estão aqui."))
    if voted:
        return str(gettext("Voto registrado."))
    return str(gettext("Comentário publicado."))


def _again(idea: Idea, form: CommentForm, status: int) -> Response:
    if is_htmx():
        return make_response(render_template("comments/_composer.html", idea=idea, form=form), status)
    subject = subjects.load(detail_or_404(idea.id), refused=form)
    return make_response(idea_pages.render(subject), status)


def _page(idea: Idea, **more: Any) -> str:
    return url_for("ideas.show", number=idea.id, slug=idea.slug, **more)
