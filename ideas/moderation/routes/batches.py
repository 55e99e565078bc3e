"""/moderacao/textos and /moderacao/lotes: gather many texts, decide about them in one act, take it back."""

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.db import db
from ideas.moderation import bulk_search, cases, deciding, queues, targets
from ideas.moderation.bulk_search import Sought
from ideas.moderation.deciding import MOST
from ideas.moderation.forms import HINTS, SoughtForm, VerdictForm
from ideas.moderation.models import DecisionBatch, Outcome
from ideas.moderation.routes import verdict_form
from ideas.moderation.routes.queue import said_of_outcomes
from ideas.moderation.targets import Name
from ideas.web import paging, refusals
from ideas.web.paging import Page
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("batches", __name__, url_prefix="/moderacao")


@bp.get("/textos")
def index() -> str:
    """Texts of every kind, whoever wrote them, to choose from."""
    form = SoughtForm(formdata=request.args)
    page = _found(form.sought())
    sought = form.sought()
    writer = db.session.get(Person, sought.author_id) if sought.author_id else None
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template("moderation/texts.html", form=form, sort=sought.sort, rows=page.rows, next=page.next,
                           writer=writer, tab="texts", counts=counts, most=MOST)  # fmt: skip


def _found(sought: Sought) -> Page[Idea] | Page[Comment]:
    place = paging.moment_asked()
    if sought.sort == "idea":
        return paging.cut(bulk_search.ideas(sought, place), bulk_search.SIZE, lambda idea: (idea.published_at, idea.id))
    comments = bulk_search.comments(sought, place)
    return paging.cut(comments, bulk_search.SIZE, lambda comment: (comment.created_at, comment.id))


@bp.post("/textos")
def create() -> Response:
    """Decide about what was chosen: first the form, then what each will be told, then the deed."""
    names = _chosen()
    form = verdict_form.form_with_rules()
    if "judged" not in request.form:
        return _page(_fresh(form, names), names)
    if not form.validate():
        return _page(form, names, status=422)
    try:
        # What is only looked at uses up no token.
        token = form.client_token.data if form.confirmed.data else None
        batch = deciding.decide(names, form.verdict(), by=me(), client_token=token or None)
    except deciding.NotJudged as refusal:
        db.session.rollback()
        form.blame(refusal)
        return _page(form, names, status=refusal.status)
    except (cases.AboutYourself, cases.TakenByAnother) as refusal:
        db.session.rollback()
        form.outcome.errors = [*form.outcome.errors, refusals.sentence(refusal)]
        return _page(form, names, status=refusal.status)
    if not form.confirmed.data:
        db.session.rollback()
        return _page(form, names, asked=True)
    db.session.commit()
    flash(gettext("Decisão registrada. Quem precisa saber recebe um aviso."))
    return see_other(url_for("batches.show", number=batch.id))


@bp.get("/lotes/<int:number>")
def show(number: int) -> str:
    """What one act decided, with its undo."""
    batch = _batch_or_404(number)
    rows = queues.decisions_in(batch, paging.number_asked() or 0)
    page = paging.cut(rows, 100, lambda row: (row[0].id, row[0].id))
    return render_template("moderation/batch.html", batch=batch, by=db.session.get_one(Person, batch.by_id),
                           rows=page.rows, next=page.next, named=targets.of, outcomes=said_of_outcomes())  # fmt: skip


@bp.post("/lotes/<int:number>/desfazer")
def destroy(number: int) -> Response:
    deciding.undo(_batch_or_404(number), by=me())
    db.session.commit()
    flash(gettext("Decisão desfeita: tudo voltou a ser como era."))
    return see_other(url_for("batches.show", number=number))


def _fresh(form: VerdictForm, names: list[Name]) -> VerdictForm:
    """The form at first: what only came from elsewhere can only be hidden."""
    form.hides.data = True
    if all(thing.author_id is None for thing in targets.among(names).values()):
        form.outcome.data = Outcome.HIDE.value
    return form


def _chosen() -> list[Name]:
    """What was ticked; or everything that is sought, up to the most that one act decides."""
    if request.form.get("all"):
        return bulk_search.names(SoughtForm(formdata=request.form).sought(), MOST + 1)[:MOST]
    return [name for typed in request.form.getlist("thing") if (name := targets.named(typed))]


def _page(form: VerdictForm, names: list[Name], *, status: int = 200, asked: bool = False) -> Response:
    found = targets.among(names)
    chosen = [found[name] for name in names if name in found]
    context = {
        "things": chosen,
        "rungs": verdict_form.next_rungs(chosen),
        "letters": verdict_form.letters(
            form.verdict(), chosen, reported=queues.any_reported([thing.name for thing in chosen])
        )
        if asked
        else [],
    }
    shown = render_template("moderation/decide.html", form=form, asked=asked, hints=HINTS, outcomes=said_of_outcomes(),
                            **context)  # fmt: skip
    return make_response(shown, status)


def _batch_or_404(number: int) -> DecisionBatch:
    return queues.batch_of(number) or abort(404)
