"""/chamados: the lists, a new ticket, and each one's own page."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.listing import finding
from ideas.db import db
from ideas.errors import Refused
from ideas.files.accepting import ATTACHMENT
from ideas.products import catalogue
from ideas.tickets import listing, opening
from ideas.tickets.attaching import Sent
from ideas.tickets.forms import LONGEST_SUBJECT, TicketForm
from ideas.tickets.listing import Cursor, Reader, Which
from ideas.tickets.routes import attached_files, page
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import paging, panels, parsing, refusals
from ideas.web.forms import page_fields
from ideas.web.person import asker, has_role, me, my_company
from ideas.web.responses import is_htmx

bp = Blueprint("tickets", __name__, url_prefix="/chamados")


@bp.get("")
def index() -> Response:
    reader = Reader(me(), my_company(), asker().administers, has_role("analyst"))
    if not reader.lists:
        return make_response(render_template("tickets/nobody.html"))
    which = _which(reader)
    counts = listing.counts(reader, which)
    state = request.args.get("situacao") or None
    if state not in {None, *(count.state.key for count in counts)}:
        abort(404)
    place = paging.moment_asked()
    found = paging.cut(
        listing.page(reader, which, state, Cursor(*place) if place else None),
        listing.SIZE,
        lambda ticket: (ticket.updated_at, ticket.id),
    )
    more = _address(which, state, pagina=found.next) if found.next else None
    shown = {"tickets": found.rows, "which": which, "more_url": more, "first": place is None}
    if is_htmx() and place is not None:
        return make_response(render_template("tickets/_rows.html", **shown))
    tabs = [(one, _address(one, None)) for one in reader.lists]
    chips = [(count, _address(which, count.state.key)) for count in counts]
    around = {"tabs": tabs, "chips": chips, "state": state, "open_url": _address(which, None), "reader": reader}
    return make_response(render_template("tickets/index.html", **shown, **around))


@bp.get("/<code>")
def show(code: str) -> Response:
    return page.show(ticket_or_404(code))


@bp.get("/novo")
def new() -> str:
    return _new(_form(subject=parsing.line(request.args.get("assunto", ""), LONGEST_SUBJECT)), refusal=_obstacle())


@bp.post("/novo")
def create() -> Response:
    form = _form()
    if request.form.get("change"):
        return make_response(_new(form))
    if not form.validate():
        return make_response(_new(form, refusal=_obstacle()), 422)
    # Files can't be carried through a step between: whoever sent some goes on at once.
    was_asked = request.form.get("confirmed") or request.form.get("seen") or attached_files.were_sent()
    if not was_asked and (found := _suggested(form.subject.data)):
        return make_response(render_template("tickets/suggestions_step.html", form=form, fields=_carried(), **found))
    files = attached_files.take(form)
    return _open(form, files) if files is not None else make_response(_new(form), 422)


@bp.get("/novo/sugestoes")
def suggestions() -> Response:
    """What answers the subject that is being typed, perhaps without a ticket."""
    subject = parsing.line(request.args.get("subject", ""), LONGEST_SUBJECT)
    if not is_htmx():
        return redirect(url_for("tickets.new", assunto=subject or None), code=303)
    return make_response(render_template("tickets/_suggestions.html", **(_suggested(subject) or _NOTHING)))


_NOTHING: dict[str, Any] = {"cards": [], "others": []}


def _suggested(subject: str | None) -> dict[str, Any] | None:
    """Ideas like the subject, and what other rooms find for it; None for nothing at all."""
    found = {"cards": finding.similar(subject or "", limit=3), "others": panels.on("ticket.suggestions", subject or "")}
    return found if any(found.values()) else None


def _open(form: TicketForm, files: tuple[Sent, ...]) -> Response:
    try:
        ticket = opening.begin(form.ticket(files), by=me(), company=my_company())
    except Refused as refusal:
        db.session.rollback()
        return make_response(_new(_form(), refusal=refusals.sentence(refusal)), refusal.status)
    db.session.commit()
    flash(gettext("Chamado %(code)s aberto. Vamos avisar você de cada passo.", code=ticket.code))
    return redirect(url_for("tickets.show", code=ticket.code), code=303)


def _form(**typed: str) -> TicketForm:
    form = TicketForm(**typed)
    form.offer(opening.types_for(me(), my_company()), catalogue.open_products())
    return form


def _new(form: TicketForm, *, refusal: str | None = None) -> str:
    attached_files.say_lost(form)
    return render_template("tickets/new.html", form=form, refusal=refusal, accept=ATTACHMENT.accept)


def _obstacle() -> str | None:
    """Why this person may open no ticket at all, told before they type."""
    refusal = opening.obstacle(me(), my_company())
    return refusals.sentence(refusal) if refusal else None


def _which(reader: Reader) -> Which:
    """The list asked for, else the first that this reader has."""
    asked = request.args.get("quais")
    return next((one for one in reader.lists if one.value == asked), reader.lists[0])


def _address(which: Which, state: str | None, **more: Any) -> str:
    return url_for("tickets.index", quais=which.value, situacao=state, **more)


def _carried() -> dict[str, list[str]]:
    return {name: values for name, values in page_fields().items() if name not in {"confirmed", "seen", "change"}}
