"""/moderacao/decisoes/<n>: a decision for the person it is about, and their appeal."""

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.moderation import appealing, queues
from ideas.moderation.forms import AppealForm
from ideas.moderation.models import Decision
from ideas.moderation.routes.queue import outcome_names
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("decisions", __name__, url_prefix="/moderacao/decisoes/<int:number>")


@bp.get("")
def show(number: int) -> Response:
    return _page(_decision_or_404(number), AppealForm(formdata=None))


@bp.post("/recurso")
def appeal(number: int) -> Response:
    decision = _decision_or_404(number)
    form = AppealForm()
    if not form.validate():
        return _page(decision, form, status=422)
    appealing.appeal(decision, form.words.data or "", by=me())
    db.session.commit()
    flash(gettext("Recurso enviado. Outra pessoa da moderação vai responder."))
    return see_other(url_for("decisions.show", number=number))


def _decision_or_404(number: int) -> Decision:
    """The decision, or 404 if it does not exist or is about somebody else."""
    return queues.decision_about(me(), number) or abort(404)


def _page(decision: Decision, form: AppealForm, *, status: int = 200) -> Response:
    shown = render_template(
        "moderation/decision.html",
        decision=decision,
        case=decision.case,
        others=queues.decided_together(decision),
        appeal=appealing.appeal_against(decision),
        form=form,
        outcomes=outcome_names(),
    )
    return make_response(shown, status)
