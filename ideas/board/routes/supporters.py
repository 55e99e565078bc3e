"""/ideias/<n>/votos: who voted, for staff; everyone else sees numbers alone."""

from collections.abc import Iterator

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas import clock
from ideas.audit import log
from ideas.board.models import Idea, Importance
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.board.voting import supporters
from ideas.board.voting.supporters import UNSAID, Wanted
from ideas.db import db
from ideas.web import paging, parsing
from ideas.web.csv_files import csv_file
from ideas.web.person import me

bp = Blueprint("supporters", __name__, url_prefix="/ideias/<int:number>/votos")

#: The address's words.
WORDS = {"seria-bom": Importance.NICE, "importante": Importance.IMPORTANT, "critico": Importance.CRITICAL,
         "sem-dizer": UNSAID}  # fmt: skip


@bp.get("")
def index(number: int) -> str:
    idea, wanted = canonical(idea_or_404(number)), _wanted()
    before = paging.number_asked()
    found = supporters.page(idea, wanted, before=before)
    page = paging.cut(found, supporters.PAGE, lambda one: (one.vote_id, one.vote_id))
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
    """The same people as a file; that it was taken stands in the log of privileged acts."""
    idea, wanted = canonical(idea_or_404(number)), _wanted()
    facts = {"company_id": wanted.company_id, "importance": wanted.importance, "reasoned": wanted.reasoned}
    log.write(by=me(), action="voters_exported", thing="idea", thing_id=idea.id, after=facts)
    db.session.commit()
    heads = [gettext("Pessoa"), gettext("Empresa"), gettext("Importância"), gettext("O que não consegue fazer hoje"),
             gettext("Votou em"), gettext("Registrado por"), gettext("A partir de")]  # fmt: skip
    names = {"nice": gettext("Seria bom"), "important": gettext("Importante"), "critical": gettext("Crítico"), None: ""}
    return csv_file(f"ideia-{idea.id}-votos", heads, _rows(idea, wanted, names))


def _rows(idea: Idea, wanted: Wanted, names: dict[str | None, str]) -> Iterator[list[object]]:
    gone = gettext("ex-cliente")
    for one in supporters.everyone(idea, wanted):
        name = gone if one.person.closed_at else one.person.name
        by = one.proxied_by.name if one.proxied_by else ""
        day = clock.date_in_sao_paulo(one.cast_at).isoformat()
        yield [name, one.company, names[one.importance], one.reason, day, by, one.source]


def _wanted() -> Wanted:
    """What the address asks for; 404 for a word that stands for nothing."""
    asked, word = request.args.get("empresa", ""), request.args.get("importancia", "")
    company = parsing.number(asked)
    if (word and word not in WORDS) or (asked and company is None):
        abort(404)
    return Wanted(company, WORDS.get(word), request.args.get("com") == "motivo")
