"""/painel/filas: the queues that each analyst answers."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.db import db
from ideas.products.models import Product
from ideas.tickets import queues
from ideas.tickets.models import TicketType
from ideas.tickets.queues import Queue
from ideas.web import parsing
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("queues", __name__, url_prefix="/painel/filas")


@bp.get("")
def index() -> str:
    return render_template(
        "tickets/queues.html", analysts=queues.analysts_with_queue_counts(), there_are=len(queues.all_queues())
    )


@bp.get("/<int:person_id>")
def edit(person_id: int) -> str:
    analyst = _analyst_or_404(person_id)
    types = db.session.scalars(select(TicketType).order_by(TicketType.position)).all()
    products = db.session.scalars(select(Product).order_by(Product.position, Product.id)).all()
    answered = queues.queues_of(analyst)
    return render_template("tickets/queues_of.html", analyst=analyst, types=types, products=products, answered=answered)


@bp.post("/<int:person_id>")
def update(person_id: int) -> Response:
    analyst = _analyst_or_404(person_id)
    queues.set_queues(analyst, [_parse_queue(value) for value in request.form.getlist("queue")], by=me())
    db.session.commit()
    flash(gettext("Filas guardadas. Valem a partir de agora."))
    return see_other(url_for(".index"))


def _analyst_or_404(person_id: int) -> Person:
    """The analyst with that id, or 404."""
    return next((one for one in queues.analysts() if one.id == person_id), None) or abort(404)


def _parse_queue(value: str) -> Queue:
    """Parse "question.3" (type and product) or "admin_finance." (a type without products)."""
    kind, _, product = value.partition(".")
    return Queue(kind[:20], parsing.row_id(product))
