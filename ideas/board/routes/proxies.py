"""/ideias/<n>/voto/em-nome: staff vote for a customer who asked for it."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.forms import ProxyForm
from ideas.board.models import Idea
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.board.voting import proxying
from ideas.board.voting.proxying import Candidate, NotACustomer, OnBehalf
from ideas.db import db
from ideas.errors import Refused
from ideas.web import parsing, refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("proxies", __name__, url_prefix="/ideias/<int:number>/voto/em-nome")

_MAX_QUERY_LENGTH = 100


@bp.get("")
def new(number: int) -> str:
    return _page(canonical(idea_or_404(number)), ProxyForm())


@bp.post("")
def create(number: int) -> Response:
    idea, form = canonical(idea_or_404(number)), ProxyForm()
    if not form.validate():
        return make_response(_page(idea, form), 422)
    try:
        voter = _vote(idea, form)
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusals.message_of(refusal))
        return make_response(_page(canonical(idea_or_404(number)), form), refusal.status)
    db.session.commit()
    flash(gettext("Voto de %(name)s registrado. A pessoa recebe um aviso e pode retirá-lo.", name=voter.person.name))
    return see_other(url_for("ideas.show", number=idea.id, slug=idea.slug))


def _vote(idea: Idea, form: ProxyForm) -> Candidate:
    found = proxying.candidate(idea, form.membership_id())
    if found is None:
        raise NotACustomer
    vote = OnBehalf(voter=found.person, company=found.company, source=form.source.data or "", opinion=form.opinion())
    proxying.cast(idea, vote, by=me())
    return found


def _page(idea: Idea, form: ProxyForm) -> str:
    words = parsing.line(request.values.get("q", ""), _MAX_QUERY_LENGTH)
    found = proxying.candidates(idea, words, by=me()) if words else []
    return render_template("board/proxy.html", idea=idea, form=form, words=words, candidates=found)
