"""/ideias/reunir, /ideias/separar, /ideias/<n>/reunidas: merge duplicates, separate them, read them."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ideas.board.listing import finding, pages
from ideas.board.listing.cards import IdeaSummary
from ideas.board.listing.filters import Filters
from ideas.board.listing.pages import ORDERINGS, RELEVANCE
from ideas.board.merging import merging, previewing, separating
from ideas.board.merging.merging import NothingToMerge, NotMerged
from ideas.board.models import Idea, Merge
from ideas.board.routes.scope import canonical, idea_or_404, may_separate
from ideas.db import db
from ideas.errors import NotAllowed
from ideas.web import paging, parsing, refusals
from ideas.web.languages import ngettext
from ideas.web.person import me

bp = Blueprint("merges", __name__, url_prefix="/ideias")

_MAX_QUERY_LENGTH = 200
PAGE_SIZE = 20


@bp.get("/reunir", endpoint="select")
def choose() -> str:
    """Choose the ideas to merge: those chosen so far, and more to choose from."""
    chosen = _chosen(request.args)
    words = parsing.line(request.args.get("q", ""), _MAX_QUERY_LENGTH)
    more = [card for card in _offered(chosen, words) if card.id not in {idea.id for idea in chosen}]
    return render_template("board/merging/select.html", chosen=chosen, words=words, cards=more)


def _offered(chosen: Sequence[Idea], words: str) -> Sequence[IdeaSummary]:
    """Return the ideas found by words or number; without a search, those similar to the chosen one, or the newest."""
    if words.lstrip("#").isdecimal():
        number = int(words.lstrip("#")[:9])
        return pages.of_numbers([number])
    if words:
        hits = finding.search(words).hits
        return pages.board(Filters(hits=hits), RELEVANCE).cards
    if chosen:
        return finding.similar(chosen[0].title, chosen[0].problem or "", but=chosen[0].id, limit=10)
    return pages.board(Filters(), ORDERINGS["recent"]).cards


@bp.get("/reunir/previa")
def new() -> Response:
    """Show the result of the merge, and let the person choose which idea remains."""
    chosen = _chosen(request.args)
    if len(chosen) < 2:
        flash(refusals.message_of(NothingToMerge()), "error")
        return redirect(url_for("merges.select", ideia=[idea.id for idea in chosen]), code=303)
    return make_response(_preview(chosen, request.args.get("em")))


def _preview(chosen: Sequence[Idea], stays: str | None, refusal: str | None = None) -> str:
    most = max(chosen, key=lambda idea: (idea.total_count, -idea.id))
    into = next((idea for idea in chosen if str(idea.id) == stays), most)
    ideas = sorted(chosen, key=lambda idea: -idea.total_count)
    shown: dict[str, Any] = {"ideas": ideas, "into": into, "preview": previewing.preview(chosen)}
    return render_template("board/merging/preview.html", **shown, refusal=refusal)


@bp.post("/reunir")
def create() -> Response:
    chosen = _chosen(request.form)
    into = next((idea for idea in chosen if str(idea.id) == request.form.get("em")), None) or abort(400)
    others = [idea for idea in chosen if idea is not into]
    if not all(may_separate(idea, into) for idea in others):
        raise NotAllowed
    try:
        merging.merge(others, into, by=me())
    except NotMerged as refusal:
        db.session.rollback()
        # The chosen ideas may have changed meanwhile, so they are read again.
        return make_response(_preview(_chosen(request.form), request.form.get("em"), refusals.message_of(refusal)), 409)
    db.session.commit()
    total = ngettext("%(num)s voto", "%(num)s votos", into.total_count)
    flash(gettext("Ideias reunidas: agora são %(votes)s. Quem as apoia ou segue recebe um aviso.", votes=total))
    return redirect(url_for("ideas.show", number=into.id, slug=into.slug, de=[idea.id for idea in others]), code=303)


@bp.post("/separar")
def destroy() -> Response:
    """Separate one idea from its set, or all that were just merged."""
    ideas = [idea_or_404(number) for number in _numbers(request.form)] or abort(400)
    if not all(may_separate(idea, canonical(idea)) for idea in ideas):
        raise NotAllowed
    for idea in ideas:
        separating.unmerge(idea, by=me())
    db.session.commit()
    flash(
        ngettext(
            "Ideia separada: ela volta a contar sozinha.",
            "Ideias separadas: elas voltam a contar sozinhas.",
            len(ideas),
        )
    )
    return redirect(url_for("ideas.show", number=ideas[0].id, slug=ideas[0].slug), code=303)


@bp.get("/<int:number>/reunidas")
def index(number: int) -> Response:
    """Show the original texts of the ideas that were merged into this one."""
    idea = idea_or_404(number)
    if idea.root_id != idea.id:
        return redirect(url_for("merges.index", number=idea.root_id))
    after = paging.requested_id() or 0
    merged = Idea.visible_to(None).add_columns(Merge).join(Merge, Merge.duplicate_id == Idea.id)
    merged = merged.where(Idea.root_id == idea.id, Idea.id > after, Merge.undone_at.is_(None))
    loaded = joinedload(Idea.author), joinedload(Idea.product, innerjoin=True)
    rows = db.session.execute(merged.options(*loaded).order_by(Idea.id).limit(PAGE_SIZE + 1)).all()
    page = paging.paginate(rows, PAGE_SIZE, lambda row: (row.Idea.id, row.Idea.id))
    more = url_for("merges.index", number=idea.id, pagina=page.next) if page.next else None
    shown: dict[str, Any] = {"idea": idea, "rows": page.rows, "more_url": more}
    back = url_for("merges.index", number=idea.id) if after else None
    return make_response(render_template("board/merging/index.html", **shown, back_url=back, may_separate=may_separate))


def _chosen(sent: Any) -> list[Idea]:
    """Return the canonical ideas that the request names, each once, in its order."""
    return list(dict.fromkeys(canonical(idea_or_404(number)) for number in _numbers(sent)))


def _numbers(sent: Any) -> list[int]:
    words = list(dict.fromkeys(sent.getlist("ideia")))
    numbers = parsing.row_ids(words)
    return numbers if len(numbers) == len(words) <= merging.MAX_DUPLICATES + 1 else abort(400)
