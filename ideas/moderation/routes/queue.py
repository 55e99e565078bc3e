"""/moderacao: open cases, appeals and decisions."""

from flask import Blueprint, render_template

from ideas.moderation import queues, targets
from ideas.moderation.forms import OUTCOMES
from ideas.moderation.models import DecisionOutcome
from ideas.web import paging

bp = Blueprint("moderation", __name__, url_prefix="/moderacao")


@bp.get("")
def index() -> str:
    """Open cases, oldest first."""
    page = paging.paginate(
        queues.waiting(paging.requested_time()), queues.PAGE_SIZE, lambda case: (case.opened_at, case.id)
    )
    return _page("moderation/queue.html", "cases", entries=queues.entries(page.rows), next=page.next)


@bp.get("/recursos")
def appeals() -> str:
    """Open appeals, which another moderator must answer."""
    return _page("moderation/appeals.html", "appeals", appeals=queues.appeals())


@bp.get("/decididos")
def decided() -> str:
    """Decisions, newest first."""
    page = paging.paginate(queues.decided(paging.requested_id()), queues.PAGE_SIZE, lambda row: (row[0].id, row[0].id))
    return _page("moderation/decided.html", "decided", rows=page.rows, next=page.next)


def _page(template: str, tab: str, **context: object) -> str:
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template(template, tab=tab, counts=counts, outcomes=outcome_names(), key_of=targets.key_of, **context)


def outcome_names() -> dict[str, str]:
    """Each outcome's name in the reader's language."""
    return {outcome.value: str(OUTCOMES[outcome]) for outcome in DecisionOutcome}
