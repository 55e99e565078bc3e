"""All that a ticket's page shows, and the answer of every form on it: the page anew, or a redirect to it."""

from typing import Any

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from ideas.files.accepting import ATTACHMENT
from ideas.tickets import assigning, attaching, converting, opening, participating, progressing, roles, thread
from ideas.tickets.forms import NoteForm, ReplyForm
from ideas.tickets.models import Ticket
from ideas.tickets.routes import attached_files
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import paging
from ideas.web.person import me
from ideas.web.responses import is_htmx, partial_or_page, partial_or_redirect


def show(
    ticket: Ticket, *, reply: ReplyForm | None = None, note: NoteForm | None = None, status: int = 200
) -> Response:
    """The ticket's page; `reply` or `note` is a form that was refused, with what was typed."""
    shown = _load(ticket, reply, note)
    return partial_or_page("tickets/_ticket.html", "tickets/show.html", status=status, **shown)


def done(ticket: Ticket, say: str, *, anchor: str | None = None) -> Response:
    """What follows a deed on the page: the page anew for htmx, 303 to it for a browser. The deed is committed."""
    if not is_htmx():
        return partial_or_redirect("", otherwise=url_for("tickets.show", code=ticket.code, _anchor=anchor), say=say)
    fresh = ticket_or_404(ticket.code)
    return make_response(render_template("tickets/_ticket.html", said=say, **_load(fresh, None, None)))


def _load(ticket: Ticket, reply: ReplyForm | None, note: NoteForm | None) -> dict[str, Any]:
    mine = roles.of(me(), ticket)
    steps = progressing.steps_from(ticket, mine.side)
    for form in filter(None, (reply, note)):
        attached_files.say_lost(form)
    reply = reply or ReplyForm(formdata=None)
    reply.offer(ticket.state, steps)
    chain = thread.chain_of(ticket)
    shown = thread.of(chain, notes=mine.is_analyst, before=paging.number_asked())
    return {
        "ticket": ticket,
        "mine": mine,
        "steps": {state.key for state in steps},
        "chain": chain,
        "thread": shown,
        "earlier": paging.write(shown.earlier, shown.earlier) if shown.earlier else None,
        "files": attaching.files_of([one.id for one in chain], notes=mine.is_analyst),
        "accept": ATTACHMENT.accept,
        "participants": participating.participants_of(ticket),
        "linked": converting.ideas_of(ticket),
        "next": opening.next_of(ticket) if ticket.is_closed else None,
        "analysts": assigning.analysts_of(ticket) if mine.is_analyst and not ticket.is_closed else [],
        "reply": reply,
        "note": note or NoteForm(formdata=None),
    }
