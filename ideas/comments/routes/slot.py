"""The conversation of an idea, inside the board's page of it: its line, and where to write."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import g, url_for

from ideas.board import history
from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea
from ideas.board.routes import presenters as board
from ideas.comments import timeline
from ideas.comments.forms import CommentForm
from ideas.comments.timeline import CommentDetail, Cursor, Timeline, TimelineEntry, Viewer
from ideas.web import paging
from ideas.web.context import Byline, When, byline, when
from ideas.web.person import asker, has_role, sees_company, visitor


class ShownComment(NamedTuple):
    """A comment as its reader sees it: all that its fragment says, and so the fragment's key."""

    id: int
    by: Byline
    #: Whether one of the vendor wrote it; else, to whom it is told, in which company's name.
    staff: bool
    company: str | None
    at: When
    text: str
    language: str
    #: What keeps it from others: "hidden", "held", or "" for nothing.
    mark: str
    is_news: bool
    may_report: bool
    #: The number of the merged idea that it came from.
    origin: int | None


class Piece(NamedTuple):
    """One thing on the line, a comment or a step, with the template that shows it."""

    template: str
    shown: ShownComment | board.ShownStep


def load(idea: Idea | IdeaDetail) -> dict[str, Any]:
    """What the conversation shows: one statement, beside the steps that the page has read.

    Words that were refused are in the form again; a visitor gets none.
    """
    form = None if visitor() is None else g.pop("comment_form", None) or CommentForm(formdata=None)
    return {"idea": idea, "form": form, **page_of(idea)}


def page_of(idea: Idea | IdeaDetail) -> dict[str, Any]:
    """A page of the idea's line, as far back as this request asks."""
    place = paging.moment_asked()
    before = Cursor(*place) if place else None
    steps = g.pop("idea_steps", None) or history.steps(idea)
    reader = viewer()
    line = timeline.of(idea, steps, reader, before)
    answered = history.current_answer(steps)
    answer_id = answered.response.id if answered and answered.response else None
    news = _news(line, before)
    return {
        "pieces": [_piece(entry, idea, reader, answer_id, entry.at in news) for entry in line.entries],
        "news": len(news),
        "more_url": _more(idea, line),
        "first": before is None,
    }


def _piece(
    entry: TimelineEntry, idea: Idea | IdeaDetail, reader: Viewer, answer_id: int | None, is_news: bool
) -> Piece:
    if entry.comment is not None:
        return Piece("comments/_comment.html", shown(entry.comment, idea, reader, is_news=is_news))
    assert entry.step is not None
    return Piece("board/_step.html", board.step(entry.step, answer_id=answer_id, is_news=is_news))


def shown(comment: CommentDetail, idea: Idea | IdeaDetail, reader: Viewer, *, is_news: bool = False) -> ShownComment:
    """The comment for the reader, on the page of that idea."""
    return ShownComment(
        id=comment.id,
        by=byline(comment.author),
        staff=comment.company_id is None,
        company=comment.company if sees_company(comment.company_id) else None,
        at=when(comment.created_at),
        text=comment.text,
        language=comment.language,
        mark="hidden" if comment.hidden_at else "held" if comment.held_at else "",
        is_news=is_news,
        may_report=reader.id not in {None, comment.author.id} and comment.hidden_at is None,
        origin=comment.idea_id if comment.idea_id != idea.id else None,
    )


def _news(line: Timeline, before: Cursor | None) -> set[datetime]:
    """When what is new to the reader happened: what others did since they last looked at an idea they follow."""
    followed, person = g.get("idea_followed"), asker().person
    if before is not None or person is None or followed is None or followed.seen_at is None:
        return set()
    return {entry.at for entry in line.entries if entry.at > followed.seen_at and entry.by_id != person.id}


def viewer() -> Viewer:
    """Who reads, as the timeline asks it."""
    return Viewer(visitor(), is_moderator=has_role("moderator"))


def _more(idea: Idea | IdeaDetail, line: Timeline) -> str | None:
    return url_for("comments.index", number=idea.id, pagina=paging.write(*line.next)) if line.next else None
