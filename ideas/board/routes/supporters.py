"""/ideias/<n>/votos: who voted, for staff; everyone else sees numbers only."""

from collections.abc import Iterator

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas import clock
from ideas.audit import log
from ideas.board.models import Idea, Importance
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.board.voting import supporters
from ideas.board.voting.supporters import UNSAID, SupporterFilter
from ideas.db import db
from ideas.web import paging, parsing
from ideas.web.csv_files import csv_file
from ideas.web.person import me

bp = Blueprint("supporters", __name__, url_prefix="/ideias/<int:number>/votos")

#: The words of the address.
WORDS = {"seria-bom": Importance.NICE, "importante": Importance.IMPORTANT, "critico": Importance.CRITICAL,
         "sem-dizer": UNSAID}  # fmt: skip


@bp.get("")
def index(number: int) -> str:
    idea, wanted = canonical(idea_or_404(number)), _filter()
    before = paging.requested_id()
    found = supporters.page(idea, wanted, before=before)
    page = paging.paginate(found, supporters.PAGE_SIZE, lambda one: (one.vote_id, one.vote_id))
    backing = supporters.companies(idea)
    return render_template(
        "board/supporters.html",
        idea=idea,
        people=page.rows,
        next=page.next,
        first=before is None,
        wanted=wanted,
        importance=request.args.get("importancia", ""),
        companies=backing,
        company_wanted=next((one for one in backing if one.id == wanted.company_id), None),
    )


@bp.post("/exportar")
def export(number: int) -> Response:
    """Export the same people as a file, and log that in the audit log."""
    idea, wanted = canonical(idea_or_404(number)), _filter()
    facts = {"company_id": wanted.company_id, "importance": wanted.importance, "reasoned": wanted.reasoned}
    log.write(by=me(), action="voters_exported", thing="idea", thing_id=idea.id, after=facts)
    db.session.commit()
    heads = [gettext("Pessoa"), gettext("Empresa"), gettext("Importância"), gettext("O que não consegue fazer hoje"),
             gettext("Votou em"), gettext("Registrado por"), gettext("A partir de")]  # fmt: skip
    names = {"nice": gettext("Seria bom"), "important": gettext("Importante"), "critical": gettext("Crítico"), None: ""}
    return csv_file(f"ideia-{idea.id}-votos", heads, _rows(idea, wanted, names))


def _rows(idea: Idea, wanted: SupporterFilter, names: dict[str | None, str]) -> Iterator[list[object]]:
    gone = gettext("ex-cliente")
    for one in supporters.everyone(idea, wanted):
        name = gone if one.person.closed_at else one.person.name
        by = one.proxied_by.name if one.proxied_by else ""
        day = clock.date_in_sao_paulo(one.cast_at).isoformat()
        yield [name, one.company, names[one.importance], one.reason, day, by, one.source]


def _filter() -> SupporterFilter:
    """Parse the filter in the address; 404 for an unknown word."""
    company_key, word = request.args.get("empresa", ""), request.args.get("importancia", "")
    company = parsing.row_id(company_key)
    if (word and word not in WORDS) or (company_key and company is None):
        abort(404)
    return SupporterFilter(company, WORDS.get(word), request.args.get("com") == "motivo")
