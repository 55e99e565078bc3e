"""/perfil/aparelhos: list and end the person's sessions."""

from typing import Any

import structlog
from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import sessions
from ideas.db import db
from ideas.web.person import me, requester
from ideas.web.responses import partial_or_redirect, see_other

bp = Blueprint("devices", __name__, url_prefix="/perfil/aparelhos")
log = structlog.get_logger()


@bp.get("")
def index() -> str:
    return render_template("accounts/devices.html", **_template_context())


@bp.post("/<int:number>/encerrar")
def destroy(number: int) -> Response:
    if number == requester().session_id:
        return see_other(url_for(".index"))
    sessions.end_one(me(), number)
    return _respond(gettext("Aparelho desconectado."))


@bp.post("/encerrar")
def destroy_others() -> Response:
    sessions.end_all(me(), except_session_id=requester().session_id)
    return _respond(gettext("Você saiu de todos os outros aparelhos."))


def _respond(message: str) -> Response:
    db.session.commit()
    log.info("accounts:person:ended_sessions", person=me().id)
    return partial_or_redirect(
        "accounts/_devices.html", otherwise=url_for(".index"), say=message, **_template_context()
    )


def _template_context() -> dict[str, Any]:
    return {"sessions": sessions.active_sessions(me(), staff=bool(requester().roles)), "this": requester().session_id}
