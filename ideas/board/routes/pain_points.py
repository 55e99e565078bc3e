"""/ideias/<n>/motivos: the pain points, for the idea's author (without names) and staff."""

from typing import Any

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea
from ideas.board.routes.scope import canonical, idea_or_404
from ideas.board.voting import supporters
from ideas.web import paging
from ideas.web.person import is_staff, person_or_none
from ideas.web.responses import partial_or_page

bp = Blueprint("pain_points", __name__, url_prefix="/ideias/<int:number>/motivos")

#: Pain points in the panel beside the idea.
PANEL_SIZE = 4


@bp.get("")
def index(number: int) -> Response:
    idea = canonical(idea_or_404(number))
    if not _may_read(idea):
        abort(404)
    before = paging.requested_id()
    found = supporters.pain_points(idea, before=before)
    page = paging.paginate(found, supporters.PAIN_POINTS_PER_PAGE, lambda point: (point.vote_id, point.vote_id))
    shown: dict[str, Any] = {"idea": idea, "pain_points": page.rows, "next": page.next, "first": before is None}
    return partial_or_page("board/_pain_points.html", "board/pain_points.html", **shown)


def panel(idea: IdeaDetail) -> dict[str, Any] | None:
    """Show the newest pain points beside the idea, to those who may read them."""
    if not _may_read(idea):
        return None
    found = supporters.pain_points(idea, size=PANEL_SIZE)
    return {"idea": idea, "pain_points": found[:PANEL_SIZE], "more": len(found) > PANEL_SIZE} if found else None


def _may_read(idea: Idea | IdeaDetail) -> bool:
    person = person_or_none()
    return person is not None and (person.id == idea.author_id or is_staff())
