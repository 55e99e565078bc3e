"""/perfil/aparelhos: where the person is signed in, and ending that."""

from typing import Any

import structlog
from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import sessions
from ideas.db import db
from ideas.web.person import asker, me
from ideas.web.responses import partial_or_redirect, see_other

bp = Blueprint("devices", __name__, url_prefix="/perfil/aparelhos")
log = structlog.get_logger()


@bp.get("")
def index() -> str:
    return render_template("accounts/devices.html", **_facts())


@bp.post("/<int:number>/encerrar")
def destroy(number: int) -> Response:
    if number == asker().session_id:
        return see_other(url_for(".index"))
    sessions.end_one(me(), number)
    return _ended(gettext("Aparelho desconectado."))


@bp.post("/encerrar")
def destroy_others() -> Response:
    sessions.end_all(me(), but=asker().session_id)
    return _ended(gettext("Você saiu de todos os outros aparelhos."))


def _ended(said: str) -> Response:
    db.session.commit()
    log.info("accounts:person:ended_sessions", person=me().id)
    return partial_or_redirect("accounts/_devices.html", otherwise=url_for(".index"), say=said, **_facts())


def _facts() -> dict[str, Any]:
    return {"sessions": sessions.of(me(), staff=bool(asker().roles)), "this": asker().session_id}
