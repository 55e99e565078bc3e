"""/triagem/lote: change the status of many ideas after a preview; undo it."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.board.models import Idea, Status
from ideas.db import db
from ideas.errors import Refused
from ideas.triage import bulk, inbox
from ideas.triage.bulk import MAX_IDEAS, BatchResult
from ideas.triage.forms import BatchForm
from ideas.triage.models import StatusBatch
from ideas.web import parsing, refusals
from ideas.web.languages import ngettext
from ideas.web.person import me, requester
from ideas.web.responses import see_other

bp = Blueprint("triage_batches", __name__, url_prefix="/triagem/lote")


@bp.post("")
def create() -> Response:
    """Change the status in three steps: the form, a preview, and the confirmed change."""
    form, ideas = _form(), _chosen()
    if "to" not in request.form:
        return _page(form, ideas)
    if not form.validate():
        return _page(form, ideas, status=422)
    try:
        result = bulk.change_status(ideas, form.decision(), by=me())
    except Refused as refusal:
        db.session.rollback()
        form.to.errors = [*form.to.errors, refusals.message_of(refusal)]
        return _page(form, _chosen(), status=422)
    if not request.form.get("confirmed"):
        skipped = [(one.idea.id, refusals.message_of(one.refusal)) for one in result.skipped]
        db.session.rollback()
        return _page(form, _chosen(), skipped=dict(skipped))
    return _done(result)


@bp.get("/<int:number>")
def show(number: int) -> str:
    batch = _batch_or_404(number)
    by = db.session.get_one(Person, batch.by_id)
    return render_template("triage/batch.html", batch=batch, by=by, steps=bulk.steps_of(batch), statuses=_statuses())


@bp.post("/<int:number>/desfazer")
def destroy(number: int) -> Response:
    unchanged = bulk.undo(_batch_or_404(number), by=me())
    db.session.commit()
    flash(gettext("Mudança desfeita: as ideias voltaram a ser como eram."))
    if unchanged:
        flash(ngettext("%(num)s ideia foi respondida depois e ficou como está.",
                       "%(num)s ideias foram respondidas depois e ficaram como estão.", unchanged))  # fmt: skip
    return see_other(url_for("triage_batches.show", number=number))


def _done(result: BatchResult) -> Response:
    db.session.commit()
    flash(ngettext("%(num)s ideia mudou de situação.", "%(num)s ideias mudaram de situação.", len(result.ideas)))
    return see_other(url_for("triage_batches.show", number=result.batch.id))


def _form() -> BatchForm:
    form = BatchForm()
    form.offer(list(_statuses().values()))
    return form


def _statuses() -> dict[str, Status]:
    return {status.key: status for status in db.session.scalars(select(Status).order_by(Status.position))}


def _chosen() -> Sequence[Idea]:
    """The ticked ideas that belong to the manager's products."""
    ids = set(parsing.row_ids(request.form.getlist("idea")))
    query = Idea.listed().where(Idea.id.in_(sorted(ids)[: MAX_IDEAS + 1]), Idea.product_id.in_(requester().managed))
    return db.session.scalars(query.options(joinedload(Idea.status)).order_by(Idea.id)).all()


def _page(
    form: BatchForm, ideas: Sequence[Idea], *, status: int = 200, skipped: dict[int, str] | None = None
) -> Response:
    changing = [idea.id for idea in ideas if idea.id not in (skipped or {})]
    followers = inbox.follower_count(changing) if skipped is not None else 0
    page = render_template("triage/batch_form.html", form=form, ideas=ideas, skipped=skipped, changing=len(changing),
                            followers=followers, statuses=_statuses())  # fmt: skip
    return make_response(page, status)


def _batch_or_404(number: int) -> StatusBatch:
    """The batch if all its ideas belong to the manager's products, else 404."""
    batch = db.session.get(StatusBatch, number) or abort(404)
    products = {idea.product_id for _, idea in bulk.steps_of(batch)}
    return batch if products <= requester().managed else abort(404)
