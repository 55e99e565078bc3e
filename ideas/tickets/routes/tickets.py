"""/chamados: the lists, the form of a new ticket, and each ticket's page."""

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
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.forms import MAX_SUBJECT_LENGTH, TicketForm
from ideas.tickets.listing import TicketCursor, TicketList, TicketReader
from ideas.tickets.routes import attached_files, page
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import paging, panels, parsing, refusals
from ideas.web.forms import submitted_fields
from ideas.web.person import has_role, me, my_company, requester
from ideas.web.responses import is_htmx

bp = Blueprint("tickets", __name__, url_prefix="/chamados")


@bp.get("")
def index() -> Response:
    reader = TicketReader(me(), my_company(), requester().administers, has_role("analyst"))
    if not reader.lists:
        return make_response(render_template("tickets/nobody.html"))
    ticket_list = _chosen_list(reader)
    counts = listing.counts(reader, ticket_list)
    state = request.args.get("situacao") or None
    if state not in {None, *(count.state.key for count in counts)}:
        abort(404)
    cursor = paging.requested_time()
    found = paging.paginate(
        listing.page(reader, ticket_list, state, TicketCursor(*cursor) if cursor else None),
        listing.PAGE_SIZE,
        lambda ticket: (ticket.updated_at, ticket.id),
    )
    more = _address(ticket_list, state, pagina=found.next) if found.next else None
    shown = {"tickets": found.rows, "ticket_list": ticket_list, "more_url": more, "first": cursor is None}
    if is_htmx() and cursor is not None:
        return make_response(render_template("tickets/_rows.html", **shown))
    tabs = [(one, _address(one, None)) for one in reader.lists]
    chips = [(count, _address(ticket_list, count.state.key)) for count in counts]
    frame = {"tabs": tabs, "chips": chips, "state": state, "open_url": _address(ticket_list, None), "reader": reader}
    return make_response(render_template("tickets/index.html", **shown, **frame))


@bp.get("/<code>")
def show(code: str) -> Response:
    return page.show(ticket_or_404(code))


@bp.get("/novo")
def new() -> str:
    return _new(_form(subject=parsing.line(request.args.get("assunto", ""), MAX_SUBJECT_LENGTH)), refusal=_obstacle())


@bp.post("/novo")
def create() -> Response:
    form = _form()
    if request.form.get("change"):
        return make_response(_new(form))
    if not form.validate():
        return make_response(_new(form, refusal=_obstacle()), 422)
    # The page of suggestions cannot carry files, so a form with files skips it.
    skips_suggestions = request.form.get("confirmed") or request.form.get("seen") or attached_files.were_sent()
    if not skips_suggestions and (suggested := _suggested(form.subject.data)):
        return make_response(
            render_template("tickets/suggestions_step.html", form=form, fields=_carried(), **suggested)
        )
    files = attached_files.take(form)
    return _open(form, files) if files is not None else make_response(_new(form), 422)


@bp.get("/novo/sugestoes")
def suggestions() -> Response:
    """Suggestions for the subject while it is typed, which may make the ticket unnecessary."""
    subject = parsing.line(request.args.get("subject", ""), MAX_SUBJECT_LENGTH)
    if not is_htmx():
        return redirect(url_for("tickets.new", assunto=subject or None), code=303)
    return make_response(render_template("tickets/_suggestions.html", **(_suggested(subject) or _NOTHING)))


_NOTHING: dict[str, Any] = {"cards": [], "others": []}


def _suggested(subject: str | None) -> dict[str, Any] | None:
    """Ideas similar to the subject, and the suggestions of other features; None if there are none."""
    suggested = {
        "cards": finding.similar(subject or "", limit=3),
        "others": panels.render("ticket.suggestions", subject or ""),
    }
    return suggested if any(suggested.values()) else None


def _open(form: TicketForm, files: tuple[StoredUpload, ...]) -> Response:
    try:
        ticket = opening.open_ticket(form.ticket(files), by=me(), company=my_company())
    except Refused as refusal:
        db.session.rollback()
        return make_response(_new(_form(), refusal=refusals.message_of(refusal)), refusal.status)
    db.session.commit()
    flash(gettext("Chamado %(code)s aberto. Vamos avisar você de cada passo.", code=ticket.code))
    return redirect(url_for("tickets.show", code=ticket.code), code=303)


def _form(**values: str) -> TicketForm:
    form = TicketForm(**values)
    form.offer(opening.types_for(me(), my_company()), catalogue.open_products())
    return form


def _new(form: TicketForm, *, refusal: str | None = None) -> str:
    attached_files.say_lost(form)
    return render_template("tickets/new.html", form=form, refusal=refusal, accept=ATTACHMENT.accept)


def _obstacle() -> str | None:
    """Why this person may not open a ticket, to show before they fill in the form."""
    refusal = opening.obstacle(me(), my_company())
    return refusals.message_of(refusal) if refusal else None


def _chosen_list(reader: TicketReader) -> TicketList:
    """The list in the query string, or the reader's default."""
    chosen = request.args.get("quais")
    return next((one for one in reader.lists if one.value == chosen), reader.lists[0])


def _address(ticket_list: TicketList, state: str | None, **more: Any) -> str:
    return url_for("tickets.index", quais=ticket_list.value, situacao=state, **more)


def _carried() -> dict[str, list[str]]:
    return {name: values for name, values in submitted_fields().items() if name not in {"confirmed", "seen", "change"}}
