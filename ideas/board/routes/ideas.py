"""/ and /ideias: the board, an idea's own page, and posting one."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import answer_form, following, history, posting
from ideas.board.answer_form import AnswerForm
from ideas.board.detail import IdeaDetail
from ideas.board.forms import MAX_TITLE_LENGTH, IdeaForm, ImportanceForm
from ideas.board.listing import facets as listing_facets
from ideas.board.listing import finding, pages
from ideas.board.listing import similar as listing_similar
from ideas.board.listing.facets import Facets
from ideas.board.listing.filters import Filters
from ideas.board.models import Idea
from ideas.board.routes import filter_panel, origins, presenters, query_params, subjects
from ideas.board.routes.query_params import BoardQuery
from ideas.board.routes.scope import detail_or_404, idea_or_404, may_merge
from ideas.board.routes.subjects import IdeaPage
from ideas.board.voting import casting, importance
from ideas.conduct import participation
from ideas.conduct.participation import CodeNotAccepted, MayNotParticipate
from ideas.conduct.routes.consent import accept_if_submitted
from ideas.db import db
from ideas.errors import Refused
from ideas.products import catalogue
from ideas.web import best_effort, paging, parsing, refusals
from ideas.web.forms import submitted_fields
from ideas.web.person import manages, me, my_company, person_or_none, sees_company
from ideas.web.responses import is_htmx, partial_or_page
from ideas.web.shared_cache import cached

bp = Blueprint("ideas", __name__)
bp.add_app_template_global(presenters.render_cards)


@bp.get("/")
def index() -> Response:
    asked = query_params.asked()
    if asked.filters.mine and person_or_none() is None:
        return redirect(url_for("sessions.new", next=request.full_path), code=303)
    facets = _facets(asked.filters)
    if not facets.know(asked.filters):
        abort(404)
    found = _list(asked, facets)
    if asked.after is not None and is_htmx():
        return make_response(render_template("board/_more.html", **found))
    shown = {"asked": asked, "facets": facets, **filter_panel.around(asked, facets), **found}
    answer = partial_or_page("board/_board.html", "board/index.html", **shown)
    if is_htmx():
        answer.headers["HX-Push-Url"] = query_params.address()
    if asked.ordering is pages.RANDOM and "inicio" not in request.args:
        # Each visit has a random start of its own.
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _facets(filters: Filters) -> Facets:
    """Return the counts beside the filters. Those that are the same for every reader are cached."""
    if filters.mine or filters.hits is not None:
        return listing_facets.facets(filters)
    shared = replace(filters, reader=None, company=None)
    return cached(("facets", shared), lambda: listing_facets.facets(shared))


def _list(asked: BoardQuery, facets: Facets) -> dict[str, Any]:
    """Return a page of the list, with the address of the next one."""
    scan = facets.favor_scan(pages.SIZE)
    found = pages.board(asked.filters, asked.ordering, after=asked.after, start=asked.start, scan=scan)
    person = person_or_none()
    start = asked.start if asked.ordering is pages.RANDOM else None
    return {
        "cards": found.cards,
        "voted": casting.voted_among(found.cards, person) if person and found.cards else set(),
        "more_url": query_params.address(pagina=paging.encode(*found.next), inicio=start) if found.next else None,
        "back_url": query_params.address() if asked.after is not None else None,
    }


@bp.get("/ideias/<int:number>")
def short(number: int) -> Response:
    return redirect(_address(idea_or_404(number)))


@bp.get("/ideias/<int:number>-<slug>")
def show(number: int, slug: str) -> Response:
    idea = detail_or_404(number)
    address = _address(idea)
    if idea.root_id != idea.id or slug != idea.slug:
        return redirect(address)
    subject = subjects.load(idea)
    whole = render(subject)
    person = person_or_none()
    if person is not None and subject.followed is not None and following.is_due(subject.followed):
        best_effort.write(following.seen_now(idea, person))
    return make_response(whole)


def _address(idea: Idea | IdeaDetail) -> str:
    """Return the idea's address; for a merged one, that of the canonical idea with its origin."""
    if idea.root_id in {None, idea.id}:
        return url_for("ideas.show", number=idea.id, slug=idea.slug)
    root = idea_or_404(idea.root_id)
    return url_for("ideas.show", number=root.id, slug=root.slug, de=idea.id)


def render(subject: IdeaPage, *, form: AnswerForm | None = None, importance_form: ImportanceForm | None = None) -> str:
    """Render the page of a canonical idea; the forms are ones that were refused, with what was typed."""
    idea, person, followed = subject.idea, person_or_none(), subject.followed
    support = importance.support_of(idea, person) if person else None
    if form is None and manages(idea.product_id):
        form = answer_form.form_for(idea)
    url = current_app.extensions["settings"].portal_url + url_for("ideas.show", number=idea.id, slug=idea.slug)
    return render_template(
        "board/show.html",
        subject=subject,
        idea=idea,
        voted=support is not None,
        support=support,
        importance_form=importance_form,
        level=followed.level.value if followed else None,
        followed=followed,
        answered=history.current_answer(subject.steps),
        similar=listing_similar.similar_to(idea),
        origin=origins.origin_of(idea),
        merged=history.merged_among(subject.steps),
        may_merge=may_merge(idea),
        posted_for=idea.company if sees_company(idea.company_id) else None,
        form=form,
        canonical_url=url,
    )


@bp.get("/ideias/nova")
def new() -> str:
    return _new(_form(title=parsing.line(request.args.get("titulo", ""), MAX_TITLE_LENGTH)), refusal=_obstacle())


@bp.post("/ideias/nova")
def create() -> Response:
    form = _form()
    if request.form.get("change"):
        return make_response(_new(form))
    if not form.validate():
        return make_response(_new(form), 422)
    accept_if_submitted(me())
    near = [] if request.form.get("confirmed") else finding.similar(form.title.data or "", form.problem.data or "")
    if {card.id for card in near} - set(parsing.row_ids(request.form.getlist("seen"))):
        return make_response(render_template("board/similar_step.html", form=form, cards=near, fields=_carried()))
    return _post(form)


def _post(form: IdeaForm) -> Response:
    try:
        idea = posting.post(form.idea(), author=me(), company=my_company())
    except CodeNotAccepted:
        raise
    except Refused as refusal:
        db.session.rollback()
        return make_response(_new(_form(), refusal=refusals.message_of(refusal)), refusal.status)
    db.session.commit()
    flash(gettext("Ideia enviada, já com o seu voto. A gestão de produto vai ler, e vamos avisar você de cada passo."))
    return redirect(url_for("ideas.show", number=idea.id, slug=idea.slug), code=303)


@bp.get("/ideias/nova/parecidas")
def similar() -> Response:
    """Show the ideas similar to the title that is being typed, with their ids as fields of the form."""
    title = parsing.line(request.args.get("title", ""), MAX_TITLE_LENGTH)
    if not is_htmx():
        return redirect(url_for("ideas.new", titulo=title or None), code=303)
    return make_response(render_template("board/_similar.html", cards=finding.similar(title)))


def _form(**typed: str) -> IdeaForm:
    form = IdeaForm(**typed)
    form.offer(catalogue.open_products())
    return form


def _new(form: IdeaForm, *, refusal: str | None = None) -> str:
    return render_template("board/new.html", form=form, refusal=refusal)


def _obstacle() -> str | None:
    """Return why this person may not post, or None. The form itself asks to accept the code of conduct."""
    try:
        participation.ensure_may_participate(me(), my_company())
    except CodeNotAccepted:
        return None
    except MayNotParticipate as refusal:
        return refusals.message_of(refusal)
    return None


def _carried() -> dict[str, list[str]]:
    return {name: values for name, values in submitted_fields().items() if name not in {"confirmed", "seen", "change"}}
