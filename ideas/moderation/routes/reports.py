"""/moderacao/denuncias: report a text; the reader's own reports and their results."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board.models import Idea
from ideas.conduct import publishing
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.moderation import queues, reporting, targets
from ideas.moderation.forms import ReportForm
from ideas.moderation.models import DecisionOutcome
from ideas.moderation.targets import Target
from ideas.web import paging
from ideas.web.person import has_role, me, my_company
from ideas.web.responses import partial_or_page, see_other

bp = Blueprint("reports", __name__, url_prefix="/moderacao/denuncias")


@bp.get("")
def index() -> str:
    rows = queues.reports_by(me(), paging.requested_id())
    page = paging.paginate(rows, queues.PAGE_SIZE, lambda row: (row[0].id, row[0].id))
    # Reported texts may be hidden now, from their reporter too.
    shown = targets.visible_among([targets.key_of(row[1]) for row in page.rows], me())
    return render_template(
        "moderation/reports.html",
        reports=page.rows,
        next=page.next,
        nothing=DecisionOutcome.NOTHING,
        shown=shown,
        key_of=targets.key_of,
    )


@bp.get("/nova/<sobre>")
def new(sobre: str) -> str:
    thing = _thing_or_404(sobre)
    return render_template("moderation/report.html", form=_form(), **_target_context(thing))


@bp.post("/nova/<sobre>")
def create(sobre: str) -> Response:
    thing = _thing_or_404(sobre)
    form = _form()
    if not form.validate():
        return partial_or_page("moderation/_report_form.html", "moderation/report.html", status=422, form=form,
                               **_target_context(thing))  # fmt: skip
    reporting.report(thing, form.report(), reporter=me(), company=my_company())
    db.session.commit()
    flash(gettext("Denúncia enviada. A moderação vai olhar e você será avisado do resultado."))
    return see_other(url_for("reports.index"))


def _thing_or_404(value: str) -> Target:
    """The target of an address if the reader may see it; the same 404 for hidden and absent ones."""
    key = targets.parse_key(value)
    thing = targets.visible(key, me(), moderator=has_role("moderator")) if key else None
    return thing or abort(404)


def _target_context(thing: Target) -> dict[str, object]:
    idea = db.session.get_one(Idea, thing.idea_id)
    is_own = thing.author_id == me().id
    return {
        "thing": thing,
        "idea": idea,
        "is_own": is_own,
        "already_reported": reporting.has_open_report(thing.key, me()),
    }


def _rules() -> list[ConductRule]:
    code = publishing.current()
    return publishing.rules_of(code) if code else []


def _form() -> ReportForm:
    form = ReportForm()
    form.offer(_rules())
    return form
