"""/moderacao/rajadas: many new people voting at once, with what is known of it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.moderation import bursts, queues
from ideas.moderation.models import VoteBurst
from ideas.web import paging, parsing
from ideas.web.person import me

bp = Blueprint("bursts", __name__, url_prefix="/moderacao/rajadas")

SIZE, LONGEST_NOTE = 20, 280


@bp.get("")
def index() -> str:
    looked = request.args.get("ver") == "vistas"
    found = bursts.shown(looked=looked, before=paging.number_asked(), size=SIZE)
    page = paging.cut(found, SIZE, lambda row: (row[0].id, row[0].id))
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template(
        "moderation/bursts.html", tab="bursts", counts=counts, looked=looked, rows=page.rows, next=page.next
    )


@bp.post("/<int:number>")
def update(number: int) -> Response:
    """Looked at, with what the moderator made of it."""
    burst = db.session.get(VoteBurst, number, with_for_update=True) or abort(404)
    bursts.look_at(burst, by=me(), note=parsing.line(request.form.get("note", ""), LONGEST_NOTE) or None)
    db.session.commit()
    flash(gettext("Anotado. Os votos continuam como estavam."))
    return redirect(url_for(".index"), code=303)
