"""/ideias/<n>/voto: support an idea, or stop."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from ideas.board import following
from ideas.board.models import Idea
from ideas.board.routes import presenters
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.board.voting import casting, importance
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.web.languages import ngettext
from ideas.web.person import me, my_company
from ideas.web.responses import partial_or_redirect

bp = Blueprint("votes", __name__, url_prefix="/ideias/<int:number>/voto")


@bp.post("")
def create(number: int) -> Response:
    idea = idea_or_404(number)
    accept_if_submitted(me())
    casting.cast(idea, voter=me(), company=my_company())
    return _vote(canonical(idea), voted=True)


@bp.post("/retirar")
def destroy(number: int) -> Response:
    idea = idea_or_404(number)
    casting.withdraw(idea, voter=me())
    return _vote(canonical(idea), voted=False)


def _vote(idea: Idea, *, voted: bool) -> Response:
    """Commit, and answer. What a list shows is read before: reading it after costs two statements more."""
    page = url_for("ideas.show", number=idea.id, slug=idea.slug)
    vote_button = presenters.vote_button(idea)
    said: dict[str, Any] = {"otherwise": page, "say": _said(idea.total_count, voted=voted), "voted": voted}
    db.session.commit()
    if request.form.get("size") != "large":
        return partial_or_redirect("board/_vote.html", size="small", idea=vote_button, **said)
    said["idea"] = idea
    support = importance.support_of(idea, me()) if voted else None
    level = following.follow_of(idea, me()).level.value
    return partial_or_redirect("board/_voted.html", level=level, support=support, **said)


def _said(votes: int, *, voted: bool) -> str:
    if voted:
        return ngettext("Voto registrado. %(num)d voto.", "Voto registrado. %(num)d votos.", votes)
    return ngettext("Voto retirado. %(num)d voto.", "Voto retirado. %(num)d votos.", votes)
