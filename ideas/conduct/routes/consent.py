"""Ask for consent during another request: the answer's form repeats that request, with the acceptance added."""

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.conduct import accepting, publishing
from ideas.conduct.models import ConductVersion
from ideas.conduct.participation import CodeNotAccepted
from ideas.db import db
from ideas.web import parsing
from ideas.web.forms import submitted_fields
from ideas.web.responses import is_htmx

#: The form field with the number of the version that the person read.
FIELD = "accept_conduct"


def register(app: Flask) -> None:
    """Answer every `CodeNotAccepted` with a page that asks for consent."""
    app.register_error_handler(CodeNotAccepted, _ask_for_consent)


def accept_if_submitted(person: Person) -> None:
    """Accept the code if the form has the field. Routes that post, comment or vote call it first, and commit once."""
    version = parsing.row_id(request.form.get(FIELD, ""))
    if version is not None:
        accepting.accept(person, version)


def _ask_for_consent(refusal: CodeNotAccepted) -> Response:
    """Answer with a page, or a dialog for htmx. Its form repeats the request as a full page load."""
    db.session.rollback()
    html = render_template(
        "conduct/_accept_dialog.html" if is_htmx() else "conduct/accept.html", **_template_context(refusal.version)
    )
    answer = make_response(html, refusal.status)
    if is_htmx():
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return answer


def _template_context(number: int) -> dict[str, object]:
    code = db.session.get_one(ConductVersion, number)
    return {
        "code": code,
        "rules": publishing.rules_of(code),
        "address": request.full_path.rstrip("?"),
        "fields": {name: values for name, values in submitted_fields().items() if name != FIELD},
        "accept_field": FIELD,
    }
