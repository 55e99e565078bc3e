"""/ideias/<n>/nao-e-a-mesma: object to a merge."""

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas import text
from ideas.board.merging import objecting
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.db import db
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("objections", __name__, url_prefix="/ideias/<int:number>/nao-e-a-mesma")


@bp.post("")
def create(number: int) -> Response:
    idea = idea_or_404(number)
    objecting.object_to(idea, text.clean(request.form.get("reason", "")), by=me())
    db.session.commit()
    flash(gettext("Obrigado. A gestão de produto recebeu o que você disse e pode separar as ideias."))
    root = canonical(idea)
    return see_other(url_for("ideas.show", number=root.id, slug=root.slug, de=idea.id))
