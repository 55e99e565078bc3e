"""/seguir: what following gives in general, and leaving many ideas at once."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import following
from ideas.board.following import Defaults
from ideas.board.models import Level
from ideas.db import db
from ideas.web import parsing
from ideas.web.languages import ngettext
from ideas.web.person import me

bp = Blueprint("followings", __name__, url_prefix="/seguir")

_MOST = 100


@bp.post("/padrao")
def update() -> Response:
    voted, commented = request.form.get("voted", ""), request.form.get("commented", "")
    if {voted, commented} - set(Level):
        abort(400)
    following.choose_defaults(me(), Defaults(Level(voted), Level(commented)))
    db.session.commit()
    flash(gettext("Anotado. Vale também para as ideias que você já segue por ter votado ou comentado."))
    return redirect(_back(), code=303)


@bp.post("/deixar")
def destroy() -> Response:
    words = request.form.getlist("ideia")
    numbers = parsing.row_ids(words)
    if not len(numbers) == len(words) <= _MOST:
        abort(400)
    left = following.leave(numbers, me())
    db.session.commit()
    if left:
        flash(ngettext("Você deixou de seguir %(num)s ideia.", "Você deixou de seguir %(num)s ideias.", left))
    else:
        flash(gettext("Marque as ideias que quer deixar de seguir."), "error")
    return redirect(_back(), code=303)


def defaults(subject: Any = None) -> dict[str, Any]:
    """What the preferences show of following: one statement."""
    return {"defaults": following.defaults_of(me()), "back": request.path}


def _back() -> str:
    """The page of preferences when the form stood there; else the list of what one follows."""
    preferences = "/notificacoes/preferencias"
    return preferences if request.form.get("back") == preferences else url_for("mine.index", aba="seguidas")
