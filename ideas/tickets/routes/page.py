"""The context of a ticket's page, and the response of every form on it."""

from typing import Any

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from ideas.files.accepting import ATTACHMENT
from ideas.tickets import assigning, attaching, converting, opening, participating, progressing, roles, thread
from ideas.tickets.forms import ReplyForm, TicketNoteForm
from ideas.tickets.models import Ticket
from ideas.tickets.routes import attached_files
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import paging
from ideas.web.person import me
from ideas.web.responses import is_htmx, partial_or_page, partial_or_redirect


def show(
    ticket: Ticket, *, reply: ReplyForm | None = None, note: TicketNoteForm | None = None, status: int = 200
) -> Response:
    """The ticket's page; `reply` or `note` is a refused form with its submitted values."""
    entries = _load(ticket, reply, note)
    return partial_or_page("tickets/_ticket.html", "tickets/show.html", status=status, **entries)


def updated(ticket: Ticket, say: str, *, anchor: str | None = None) -> Response:
    """The response after a committed operation: the re-rendered page for htmx, 303 to it for a browser."""
    if not is_htmx():
        return partial_or_redirect("", otherwise=url_for("tickets.show", code=ticket.code, _anchor=anchor), say=say)
    reloaded = ticket_or_404(ticket.code)
    return make_response(render_template("tickets/_ticket.html", said=say, **_load(reloaded, None, None)))


def _load(ticket: Ticket, reply: ReplyForm | None, note: TicketNoteForm | None) -> dict[str, Any]:
    my_roles = roles.roles_of(me(), ticket)
    steps = progressing.next_states(ticket, my_roles.side)
    for form in filter(None, (reply, note)):
        attached_files.say_lost(form)
    reply = reply or ReplyForm(formdata=None)
    reply.offer(ticket.state, steps)
    chain = thread.chain_of(ticket)
    entries = thread.page(chain, notes=my_roles.is_analyst, before=paging.requested_id())
    return {
        "ticket": ticket,
        "roles": my_roles,
        "steps": {state.key for state in steps},
        "chain": chain,
        "thread": entries,
        "earlier": paging.encode(entries.earlier, entries.earlier) if entries.earlier else None,
        "files": attaching.files_of([one.id for one in chain], notes=my_roles.is_analyst),
        "accept": ATTACHMENT.accept,
        "participants": participating.participants_of(ticket),
        "linked": converting.linked_ideas(ticket),
        "next": opening.follow_up_of(ticket) if ticket.is_closed else None,
        "analysts": assigning.analysts_of(ticket) if my_roles.is_analyst and not ticket.is_closed else [],
        "reply": reply,
        "note": note or TicketNoteForm(formdata=None),
    }
