"""The company switch in the top bar."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from ideas.companies import switching
from ideas.db import db
from ideas.errors import Missing
from ideas.web import parsing
from ideas.web.addresses import local_path
from ideas.web.person import me, requester
from ideas.web.responses import see_other

bp = Blueprint("active_company", __name__, url_prefix="/empresa/ativa")


@bp.post("")
def update() -> Response:
    chosen, session_id = parsing.row_id(request.form.get("company", "")), requester().session_id
    if chosen is None or session_id is None:
        raise Missing
    switching.switch_company(chosen, me(), session_id)
    db.session.commit()
    return see_other(local_path(request.form.get("back", "/")))
