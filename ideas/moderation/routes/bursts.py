"""/moderacao/rajadas: bursts of votes, and their review."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.moderation import bursts, queues
from ideas.moderation.models import VoteBurst
from ideas.web import paging, parsing
from ideas.web.person import me

bp = Blueprint("bursts", __name__, url_prefix="/moderacao/rajadas")

PAGE_SIZE, MAX_NOTE_LENGTH = 20, 280


@bp.get("")
def index() -> str:
    reviewed = request.args.get("ver") == "vistas"
    found = bursts.page(reviewed=reviewed, before=paging.requested_id(), size=PAGE_SIZE)
    page = paging.paginate(found, PAGE_SIZE, lambda row: (row[0].id, row[0].id))
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template(
        "moderation/bursts.html", tab="bursts", counts=counts, reviewed=reviewed, rows=page.rows, next=page.next
    )


@bp.post("/<int:number>")
def update(number: int) -> Response:
    """Mark a burst as reviewed, with the moderator's note."""
    burst = db.session.get(VoteBurst, number, with_for_update=True) or abort(404)
    bursts.mark_reviewed(burst, by=me(), note=parsing.line(request.form.get("note", ""), MAX_NOTE_LENGTH) or None)
    db.session.commit()
    flash(gettext("Anotado. Os votos continuam como estavam."))
    return redirect(url_for(".index"), code=303)
