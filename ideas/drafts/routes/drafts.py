"""Show a stored form to its owner, to be sent again or discarded."""

from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.routes import pending_forms
from ideas.drafts.storing import Fields
from ideas.errors import N_
from ideas.web.addresses import local_path
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("drafts", __name__, url_prefix="/continuar")

#: The labels of the text fields. The other fields are sent along without being shown.
LABELS = {
    "title": N_("Título"),
    "problem": N_("O problema"),
    "proposal": N_("A proposta"),
    "text": N_("Texto"),
    "body": N_("Texto"),
    "comment": N_("Comentário"),
    "reason": N_("Motivo"),
}


class WrittenField(NamedTuple):
    """A text field and what the person wrote in it."""

    label: str
    text: str


@bp.get("")
def show() -> Response | str:
    onward = local_path(request.args.get("next", "/"))
    form = storing.find(pending_forms.cookie_token() or "", me().id)
    if form is None:
        return redirect(onward, code=303)
    return render_template(
        "drafts/show.html",
        form=form,
        written=_written(form.fields),
        onward=onward,
        resent_field=pending_forms.RESENT_FIELD,
    )


@bp.post("/descartar")
def destroy() -> Response:
    storing.discard(pending_forms.cookie_token() or "", me().id)
    db.session.commit()
    return pending_forms.clear_cookie(see_other(local_path(request.form.get("next", "/"))))


@bp.after_app_request
def clear_cookie_after_resending(answer: Response) -> Response:
    """Clear the cookie when the stored form was sent again and accepted."""
    if request.method == "POST" and answer.status_code < 400 and pending_forms.RESENT_FIELD in request.form:
        return pending_forms.clear_cookie(answer)
    return answer


def _written(fields: Fields) -> list[WrittenField]:
    return [
        WrittenField(gettext(label), value)
        for name, label in LABELS.items()
        for value in fields.get(name, [])
        if value.strip()
    ]
