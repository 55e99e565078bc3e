"""The top bar's switch between the companies of one person."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from ideas.companies import switching
from ideas.db import db
from ideas.errors import Missing
from ideas.web import parsing
from ideas.web.addresses import own_path
from ideas.web.person import asker, me
from ideas.web.responses import see_other

bp = Blueprint("active_company", __name__, url_prefix="/empresa/ativa")


@bp.post("")
def update() -> Response:
    chosen, session_id = parsing.number(request.form.get("company", "")), asker().session_id
    if chosen is None or session_id is None:
        raise Missing
    switching.act_for(chosen, me(), session_id)
    db.session.commit()
    return see_other(own_path(request.form.get("back", "/")))
