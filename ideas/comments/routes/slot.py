"""The conversation of an idea, inside the board's page of it: its line, and where to write."""

from datetime import datetime
from typing import Any

from flask import g, request, url_for

from ideas.board import history
from ideas.board.models import Idea
from ideas.comments import timeline
from ideas.comments.forms import CommentForm
from ideas.comments.timeline import Cursor, Timeline, Viewer
from ideas.web import paging
from ideas.web.paging import BadCursor
from ideas.web.person import asker, visitor


def load(idea: Idea) -> dict[str, Any]:
    """What the conversation shows: one statement, beside the steps that the page has read.

    Words that were refused are in the form again; a visitor gets none.
    """
    form = None if visitor() is None else g.pop("comment_form", None) or CommentForm(formdata=None)
    return {"idea": idea, "form": form, **page_of(idea)}


def page_of(idea: Idea) -> dict[str, Any]:
    """A page of the idea's line, as far back as this request asks."""
    before = _before()
    steps = g.pop("idea_steps", None) or history.steps(idea)
    line = timeline.of(idea, steps, viewer(), before)
    answered = history.standing_among(steps)
    standing = answered.response.id if answered and answered.response else None
    return {
        "line": line,
        "news": _news(line, before),
        "viewer": viewer(),
        "standing_id": standing,
        "more_url": _more(idea, line),
        "first": before is None,
    }


def _news(line: Timeline, before: Cursor | None) -> set[datetime]:
    """When what is new to the reader happened: what others did since they last looked at an idea they follow."""
    followed, person = g.get("idea_followed"), asker().person
    if before is not None or person is None or followed is None or followed.seen_at is None:
        return set()
    return {entry.at for entry in line.entries if entry.at > followed.seen_at and entry.by_id != person.id}


def viewer() -> Viewer:
    """Who reads, as the timeline asks it."""
    who = asker()
    companies = {choice.id for choice in who.companies} | ({who.company.id} if who.company else set())
    return Viewer(who.person, frozenset(companies), is_staff=bool(who.roles), is_moderator="moderator" in who.roles)


def _before() -> Cursor | None:
    cursor = request.args.get("antes")
    if not cursor:
        return None
    at, number = paging.read(cursor)
    if not isinstance(at, datetime):
        raise BadCursor(cursor[:40])
    return Cursor(at, number)


def _more(idea: Idea, line: Timeline) -> str | None:
    return url_for("comments.index", number=idea.id, antes=paging.write(*line.next)) if line.next else None
