"""/ideias/<n>/seguir: choose how much to be notified about an idea."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import following
from ideas.board.models import Level
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.db import db
from ideas.web.person import me
from ideas.web.responses import partial_or_redirect

bp = Blueprint("follows", __name__, url_prefix="/ideias/<int:number>/seguir")


@bp.post("")
def update(number: int) -> Response:
    idea = canonical(idea_or_404(number))
    level = request.form.get("level")
    if level not in set(Level):
        abort(400)
    following.choose(idea, me(), Level(level))
    db.session.commit()
    page = url_for("ideas.show", number=idea.id, slug=idea.slug)
    return partial_or_redirect(
        "board/_follow.html", otherwise=page, say=_confirmation(Level(level)), idea=idea, level=level
    )


def _confirmation(level: Level) -> str:
    if level is Level.ALL:
        return str(gettext("Você vai saber de tudo o que acontecer nesta ideia."))
    if level is Level.RESULTS:
        return str(gettext("Você vai saber só dos resultados desta ideia."))
    return str(gettext("Você deixou de seguir esta ideia."))
