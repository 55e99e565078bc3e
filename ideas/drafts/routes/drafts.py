"""A form that was kept when its session ran out: shown to its owner, to be sent again or thrown away."""

from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.routes import pending_forms
from ideas.drafts.storing import Fields
from ideas.errors import N_
from ideas.web.addresses import own_path
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("drafts", __name__, url_prefix="/continuar")

#: The fields that people write in, as their forms name them. The others travel unseen.
LABELS = {
    "title": N_("Título"),
    "problem": N_("O problema"),
    "proposal": N_("A proposta"),
    "text": N_("Texto"),
    "body": N_("Texto"),
    "comment": N_("Comentário"),
    "reason": N_("Motivo"),
}


class Written(NamedTuple):
    """One field that a person wrote in."""

    label: str
    text: str


@bp.get("")
def show() -> Response | str:
    onward = own_path(request.args.get("next", "/"))
    deed = storing.kept(pending_forms.token() or "", me().id)
    if deed is None:
        return redirect(onward, code=303)
    return render_template(
        "drafts/show.html", deed=deed, written=_written(deed.fields), onward=onward, sent_again=pending_forms.SENT
    )


@bp.post("/descartar")
def destroy() -> Response:
    storing.discard(pending_forms.token() or "", me().id)
    db.session.commit()
    return pending_forms.let_go(see_other(own_path(request.form.get("next", "/"))))


@bp.after_app_request
def let_go(answer: Response) -> Response:
    """The kept form was sent again and its deed done: there is nothing left to offer."""
    if request.method == "POST" and answer.status_code < 400 and pending_forms.SENT in request.form:
        return pending_forms.let_go(answer)
    return answer


def _written(fields: Fields) -> list[Written]:
    return [
        Written(gettext(label), value)
        for name, label in LABELS.items()
        for value in fields.get(name, [])
        if value.strip()
    ]
