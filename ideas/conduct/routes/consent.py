"""Asking for acceptance on the way: the answer carries the pending deed, and accepting does it."""

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.conduct import accepting, publishing
from ideas.conduct.models import ConductVersion
from ideas.conduct.participation import CodeNotAccepted
from ideas.db import db
from ideas.web import parsing
from ideas.web.forms import page_fields
from ideas.web.responses import is_htmx

#: The field that a pending deed's form carries, with the number of the version that was read.
FIELD = "accept_conduct"


def answer_with(app: Flask) -> None:
    """Let the app ask whoever has not accepted the code, wherever they were about to take part."""
    app.register_error_handler(CodeNotAccepted, _ask)


def accept_if_said(person: Person) -> None:
    """Accept, if this form says so. A route that posts, comments or votes calls it first, and commits once."""
    said = parsing.number(request.form.get(FIELD, ""))
    if said is not None:
        accepting.accept(person, said)


def _ask(refusal: CodeNotAccepted) -> Response:
    """A page, or a dialog for htmx, whose form is the pending deed's own. It is sent as a whole page."""
    db.session.rollback()
    shown = render_template(
        "conduct/_accept_dialog.html" if is_htmx() else "conduct/accept.html", **_facts(refusal.version)
    )
    answer = make_response(shown, refusal.status)
    if is_htmx():
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return answer


def _facts(number: int) -> dict[str, object]:
    code = db.session.get_one(ConductVersion, number)
    return {
        "code": code,
        "rules": publishing.rules_of(code),
        "address": request.full_path.rstrip("?"),
        "fields": {name: values for name, values in page_fields().items() if name != FIELD},
        "accept_field": FIELD,
    }
