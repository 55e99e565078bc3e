"""/seguir: a person's default levels, and leaving several ideas at once."""

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

_MAX_IDEAS = 100


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
    if not len(numbers) == len(words) <= _MAX_IDEAS:
        abort(400)
    left = following.leave(numbers, me())
    db.session.commit()
    if left:
        flash(ngettext("Você deixou de seguir %(num)s ideia.", "Você deixou de seguir %(num)s ideias.", left))
    else:
        flash(gettext("Marque as ideias que quer deixar de seguir."), "error")
    return redirect(_back(), code=303)


def defaults(subject: Any = None) -> dict[str, Any]:
    """Return the values of the panel on the page of preferences: one statement."""
    return {"defaults": following.defaults_of(me()), "back": request.path}


def _back() -> str:
    """Return the page that contained the form: the preferences, or the list of followed ideas."""
    preferences = "/notificacoes/preferencias"
    return preferences if request.form.get("back") == preferences else url_for("mine.index", aba="seguidas")
