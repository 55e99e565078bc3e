"""/moderacao/textos and /moderacao/lotes: search texts, decide about many at once, and undo it."""

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.db import db
from ideas.moderation import bulk_search, cases, deciding, queues, targets
from ideas.moderation.bulk_search import TextCriteria
from ideas.moderation.deciding import MAX_TARGETS
from ideas.moderation.forms import HINTS, TextSearchForm, VerdictForm
from ideas.moderation.models import DecisionBatch, DecisionOutcome
from ideas.moderation.routes import verdict_form
from ideas.moderation.routes.queue import outcome_names
from ideas.moderation.targets import TargetKey
from ideas.web import paging, refusals
from ideas.web.paging import Page
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("batches", __name__, url_prefix="/moderacao")


@bp.get("/textos")
def index() -> str:
    """The search for texts to decide about."""
    form = TextSearchForm(formdata=request.args)
    page = _search(form.criteria())
    criteria = form.criteria()
    writer = db.session.get(Person, criteria.author_id) if criteria.author_id else None
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template("moderation/texts.html", form=form, kind=criteria.kind, rows=page.rows, next=page.next,
                           writer=writer, tab="texts", counts=counts, most=MAX_TARGETS)  # fmt: skip


def _search(criteria: TextCriteria) -> Page[Idea] | Page[Comment]:
    cursor = paging.requested_time()
    if criteria.kind == "idea":
        return paging.paginate(
            bulk_search.ideas(criteria, cursor), bulk_search.PAGE_SIZE, lambda idea: (idea.published_at, idea.id)
        )
    comments = bulk_search.comments(criteria, cursor)
    return paging.paginate(comments, bulk_search.PAGE_SIZE, lambda comment: (comment.created_at, comment.id))


@bp.post("/textos")
def create() -> Response:
    """Decide about the chosen texts in three steps: the form, the preview of the notifications, the decision."""
    keys = _chosen()
    form = verdict_form.form_with_rules()
    if "judged" not in request.form:
        return _page(_fresh(form, keys), keys)
    if not form.validate():
        return _page(form, keys, status=422)
    try:
        # A preview must not use up the token.
        token = form.client_token.data if form.confirmed.data else None
        batch = deciding.decide(keys, form.verdict(), by=me(), client_token=token or None)
    except deciding.InvalidVerdict as refusal:
        db.session.rollback()
        form.add_error(refusal)
        return _page(form, keys, status=refusal.status)
    except (cases.AboutYourself, cases.TakenByAnother) as refusal:
        db.session.rollback()
        form.outcome.errors = [*form.outcome.errors, refusals.message_of(refusal)]
        return _page(form, keys, status=refusal.status)
    if not form.confirmed.data:
        db.session.rollback()
        return _page(form, keys, confirming=True)
    db.session.commit()
    flash(gettext("Decisão registrada. Quem precisa saber recebe um aviso."))
    return see_other(url_for("batches.show", number=batch.id))


@bp.get("/lotes/<int:number>")
def show(number: int) -> str:
    """The decisions of a batch, with the button to undo it."""
    batch = _batch_or_404(number)
    rows = queues.decisions_in(batch, paging.requested_id() or 0)
    page = paging.paginate(rows, 100, lambda row: (row[0].id, row[0].id))
    return render_template("moderation/batch.html", batch=batch, by=db.session.get_one(Person, batch.by_id),
                           rows=page.rows, next=page.next, key_of=targets.key_of, outcomes=outcome_names())  # fmt: skip


@bp.post("/lotes/<int:number>/desfazer")
def destroy(number: int) -> Response:
    deciding.undo(_batch_or_404(number), by=me())
    db.session.commit()
    flash(gettext("Decisão desfeita: tudo voltou a ser como era."))
    return see_other(url_for("batches.show", number=number))


def _fresh(form: VerdictForm, keys: list[TargetKey]) -> VerdictForm:
    """The form with its defaults: imported texts, which have no author, can only be hidden."""
    form.hides.data = True
    if all(thing.author_id is None for thing in targets.load(keys).values()):
        form.outcome.data = DecisionOutcome.HIDE.value
    return form


def _chosen() -> list[TargetKey]:
    """The ticked texts; or all texts of the search, at most MAX_TARGETS."""
    if request.form.get("all"):
        return bulk_search.keys(TextSearchForm(formdata=request.form).criteria(), MAX_TARGETS + 1)[:MAX_TARGETS]
    return [key for value in request.form.getlist("thing") if (key := targets.parse_key(value))]


def _page(form: VerdictForm, keys: list[TargetKey], *, status: int = 200, confirming: bool = False) -> Response:
    found = targets.load(keys)
    chosen = [found[key] for key in keys if key in found]
    context = {
        "things": chosen,
        "next_steps": verdict_form.next_steps(chosen),
        "previews": verdict_form.notice_previews(
            form.verdict(), chosen, reported=queues.any_reported([thing.key for thing in chosen])
        )
        if confirming
        else [],
    }
    shown = render_template(
        "moderation/decide.html", form=form, confirming=confirming, hints=HINTS, outcomes=outcome_names(), **context
    )
    return make_response(shown, status)


def _batch_or_404(number: int) -> DecisionBatch:
    return queues.get_batch(number) or abort(404)
