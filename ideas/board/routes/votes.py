"""/ideias/<n>/voto: support an idea, or stop."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from ideas.board import following
from ideas.board.routes.scope import detail_or_404, idea_or_404, vote_button_or_404
from ideas.board.voting import casting, importance
from ideas.board.voting.vote_buttons import VoteButton
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.read_models import replace
from ideas.web.languages import ngettext
from ideas.web.person import me, my_company
from ideas.web.responses import partial_or_redirect

bp = Blueprint("votes", __name__, url_prefix="/ideias/<int:number>/voto")


@bp.post("")
def create(number: int) -> Response:
    button = vote_button_or_404(number)
    accept_if_submitted(me())
    vote = casting.cast(button, voter=me(), company=my_company())
    if vote.root_id != button.id:
        return _respond(vote_button_or_404(vote.root_id), voted=True)
    return _respond(replace(button, total_count=vote.total_count), voted=True)


@bp.post("/retirar")
def destroy(number: int) -> Response:
    idea = idea_or_404(number)
    casting.withdraw(idea, voter=me())
    return _respond(vote_button_or_404(idea.root_id or idea.id), voted=False)


def _respond(button: VoteButton, *, voted: bool) -> Response:
    """Commit, and respond. What the response shows is read before, in the same transaction."""
    page = url_for("ideas.show", number=button.id, slug=button.slug)
    shown: dict[str, Any] = {"otherwise": page, "say": _said(button.total_count, voted=voted), "voted": voted}
    if request.form.get("size") != "large":
        db.session.commit()
        return partial_or_redirect("board/_vote.html", size="small", idea=button, **shown)
    shown["idea"] = detail_or_404(button.id)
    shown["support"] = importance.support_of(button, me()) if voted else None
    shown["level"] = following.follow_of(button, me()).level.value
    db.session.commit()
    return partial_or_redirect("board/_voted.html", **shown)


def _said(votes: int, *, voted: bool) -> str:
    if voted:
        return ngettext("Voto registrado. %(num)d voto.", "Voto registrado. %(num)d votos.", votes)
    return ngettext("Voto retirado. %(num)d voto.", "Voto retirado. %(num)d votos.", votes)
