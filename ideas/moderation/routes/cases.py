"""/moderacao/casos/<n>: show, claim and decide a case; answer its appeal."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import Refused
from ideas.moderation import appealing, cases, deciding, queues, targets, track_records
from ideas.moderation.cases import AboutYourself
from ideas.moderation.forms import HINTS, AppealAnswerForm, VerdictForm
from ideas.moderation.models import AppealOutcome, Case
from ideas.moderation.routes import verdict_form
from ideas.moderation.routes.queue import outcome_names
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("cases", __name__, url_prefix="/moderacao/casos/<int:number>")


@bp.get("")
def show(number: int) -> Response:
    case = _case_or_404(number)
    form = verdict_form.form_with_rules()
    form.quote.data = case.words.get("text") or case.words.get("title") or ""
    return _page(case, form)


@bp.post("/assumir")
def claim(number: int) -> Response:
    case = _case_or_404(number)
    cases.claim(case, me())
    db.session.commit()
    return see_other(_address(case))


@bp.post("/devolver")
def give_back(number: int) -> Response:
    case = _case_or_404(number)
    cases.release(case, me())
    db.session.commit()
    return see_other(url_for("moderation.index"))


@bp.post("")
def decide(number: int) -> Response:
    """Show a preview of the notifications; when it is confirmed, decide."""
    case = _case_or_404(number)
    form = verdict_form.form_with_rules()
    if not form.validate():
        return _page(case, form, status=422)
    try:
        batch = deciding.decide_case(case, form.verdict(), by=me())
    except deciding.InvalidVerdict as refusal:
        db.session.rollback()
        form.add_error(refusal)
        return _page(_case_or_404(number), form, status=refusal.status)
    if not form.confirmed.data:
        db.session.rollback()
        return _page(_case_or_404(number), form, confirming=True)
    db.session.commit()
    flash(gettext("Decisão registrada. Quem precisa saber recebe um aviso."))
    return see_other(url_for("batches.show", number=batch.id))


@bp.post("/recurso")
def answer(number: int) -> Response:
    """Answer the appeal against the case's decision."""
    case = _case_or_404(number)
    form = AppealAnswerForm()
    decision = queues.decision_of(case)
    appeal = appealing.appeal_against(decision) if decision else None
    if appeal is None:
        abort(404)
    if not form.validate():
        return _page(case, verdict_form.form_with_rules(), answer_form=form, status=422)
    appealing.answer(appeal, AppealOutcome(form.outcome.data), form.words.data or "", by=me())
    db.session.commit()
    flash(gettext("Recurso respondido. A pessoa recebe um aviso."))
    return see_other(_address(case))


def _case_or_404(number: int) -> Case:
    """The case, or 404. Raises AboutYourself for its author: the page shows who reported it (F09)."""
    case = queues.get_case(number) or abort(404)
    if case.subject_id == me().id:
        raise AboutYourself
    return case


def _page(case: Case, form: VerdictForm, *, status: int = 200, confirming: bool = False, **more: Any) -> Response:
    key = targets.key_of(case)
    thing = targets.load([key]).get(key)
    reports = queues.reports_of(case)
    decision = queues.decision_of(case)
    appeal = appealing.appeal_against(decision) if decision else None
    context: dict[str, Any] = {
        "case": case,
        "thing": thing,
        "idea": db.session.get(Idea, thing.idea_id) if thing else None,
        "reports": reports,
        "records": track_records.reporter_records([report.reporter_id for report, _ in reports]),
        "history": track_records.decisions_about(case.subject_id, except_case=case.id) if case.subject_id else [],
        "next_step": next(iter(verdict_form.next_steps([thing]).values()), None) if thing else None,
        "decision": decision,
        "appeal": appeal,
        "refusal": _why_not(case),
        "previews": verdict_form.notice_previews(form.verdict(), [thing], reported=bool(reports))
        if confirming and thing
        else [],
        "answer_form": AppealAnswerForm(formdata=None) if appeal and appeal.is_open else None,
    }
    context |= {"form": form, "confirming": confirming, "outcomes": outcome_names(), "hints": HINTS} | more
    shown = render_template("moderation/case.html", **context)
    return make_response(shown, status)


def _why_not(case: Case) -> str | None:
    """Why this moderator may not decide the case, as a sentence; None if they may."""
    try:
        cases.ensure_may_decide(case, me())
    except Refused as refusal:
        return refusals.message_of(refusal)
    return None


def _address(case: Case) -> str:
    return url_for("cases.show", number=case.id)
