"""The conversation on an idea's page: the timeline and the comment form. A panel of the board's page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for

from ideas.board import history
from ideas.board.detail import IdeaDetail
from ideas.board.following import Following
from ideas.board.history import HistoryStep
from ideas.board.models import Idea
from ideas.board.routes import presenters as board
from ideas.board.routes.subjects import IdeaPage
from ideas.comments import timeline
from ideas.comments.forms import CommentForm
from ideas.comments.timeline import CommentDetail, Timeline, TimelineCursor, TimelineEntry, Viewer
from ideas.web import paging
from ideas.web.context import Byline, DisplayTime, byline, when
from ideas.web.person import has_role, person_or_none, requester, sees_company


class ShownComment(NamedTuple):
    """A comment as its reader sees it. It is also the cache key of its fragment."""

    id: int
    by: Byline
    #: Whether staff wrote it; if not, the company, for readers who may see it.
    staff: bool
    company: str | None
    at: DisplayTime
    text: str
    language: str
    #: What hides it from others: "hidden", "held", or "".
    mark: str
    is_news: bool
    may_report: bool
    #: The id of the merged idea that it was written on.
    origin: int | None


class Piece(NamedTuple):
    """An entry of the timeline with the template that shows it."""

    template: str
    shown: ShownComment | board.ShownStep


def load(page: IdeaPage) -> dict[str, Any]:
    """Return what the conversation shows: one statement, beside the steps that the page has read.

    A visitor gets no form.
    """
    form = None if person_or_none() is None else page.refused or CommentForm(formdata=None)
    return {"idea": page.idea, "form": form, **page_of(page.idea, page.steps, page.followed)}


def page_of(idea: Idea | IdeaDetail, steps: Sequence[HistoryStep], followed: Following | None = None) -> dict[str, Any]:
    """Return the page of the idea's timeline that this request asks for."""
    place = paging.requested_time()
    before = TimelineCursor(*place) if place else None
    reader = viewer()
    line = timeline.page(idea, steps, reader, before)
    answered = history.current_answer(steps)
    answer_id = answered.response.id if answered and answered.response else None
    news = _news(line, followed) if before is None else set()
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
    """Return the comment as the reader sees it on the page of that idea."""
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


def _news(line: Timeline, followed: Following | None) -> set[datetime]:
    """The times of the entries by others since the reader last saw the idea, if they follow it."""
    person = requester().person
    if person is None or followed is None or followed.seen_at is None:
        return set()
    return {entry.at for entry in line.entries if entry.at > followed.seen_at and entry.by_id != person.id}


def viewer() -> Viewer:
    """The reader of this request."""
    return Viewer(person_or_none(), is_moderator=has_role("moderator"))


def _more(idea: Idea | IdeaDetail, line: Timeline) -> str | None:
    return url_for("comments.index", number=idea.id, pagina=paging.encode(*line.next)) if line.next else None
