"""The top bar's switch between the companies of one person."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from ideas.companies import switching
from ideas.db import db
from ideas.errors import Missing
from ideas.web.addresses import own_path
from ideas.web.answers import see_other
from ideas.web.person import asker, me

bp = Blueprint("active_company", __name__, url_prefix="/empresa/ativa")


@bp.post("")
def update() -> Response:
    chosen = request.form.get("company", "")
    session_id = asker().session_id
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10) or session_id is None:
        raise Missing
    switching.act_for(int(chosen), me(), session_id)
    db.session.commit()
    return see_other(own_path(request.form.get("back", "/")))
