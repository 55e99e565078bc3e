"""/moderacao: what waits for a moderator, appeals, what was decided."""

from datetime import datetime

from flask import Blueprint, render_template, request

from ideas.moderation import queues, things
from ideas.moderation.forms import OUTCOMES
from ideas.moderation.models import Outcome
from ideas.moderation.queues import Cursor
from ideas.web import paging
from ideas.web.paging import BadCursor

bp = Blueprint("moderation", __name__, url_prefix="/moderacao")


@bp.get("")
def index() -> str:
    """Open cases, the oldest first."""
    page = paging.cut(queues.waiting(cursor()), queues.SIZE, lambda case: (case.opened_at, case.id))
    return _page("moderation/queue.html", "cases", entries=queues.entries(page.rows), next=page.next)


@bp.get("/recursos")
def appeals() -> str:
    """Appeals that wait for another moderator."""
    return _page("moderation/appeals.html", "appeals", appeals=queues.appeals())


@bp.get("/decididos")
def decided() -> str:
    """What was decided, the newest first."""
    page = paging.cut(queues.decided(cursor()), queues.SIZE, lambda row: (row[0].decided_at, row[0].id))
    return _page("moderation/decided.html", "decided", rows=page.rows, next=page.next)


def _page(template: str, tab: str, **context: object) -> str:
    waiting, appealed = queues.open_counts()
    counts = {"cases": waiting, "appeals": appealed}
    return render_template(template, tab=tab, counts=counts, outcomes=said_of_outcomes(), named=things.of, **context)


def said_of_outcomes() -> dict[str, str]:
    """Each outcome's name in the reader's language."""
    return {outcome.value: str(OUTCOMES[outcome]) for outcome in Outcome}


def cursor() -> Cursor | None:
    """Where this request's page of a list begins: a moment and a number."""
    typed = request.args.get("depois")
    if not typed:
        return None
    at, number = paging.read(typed)
    if not isinstance(at, datetime):
        raise BadCursor(typed[:40])
    return at, number
