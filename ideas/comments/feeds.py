"""/ideias/<n>.atom: a feed of one idea: its steps, official responses and comments, newest first."""

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext
from markupsafe import escape
from werkzeug.wrappers import Response

from ideas import text
from ideas.board import detail, history
from ideas.board.detail import IdeaDetail
from ideas.board.history import HistoryStep
from ideas.comments import timeline
from ideas.comments.timeline import CommentDetail, TimelineEntry, Viewer
from ideas.web import atom
from ideas.web.atom import FeedEntry
from ideas.web.context import aim, name_of

bp = Blueprint("idea_feeds", __name__)


@bp.get("/ideias/<int:number>.atom")
def show(number: int) -> Response:
    """Return what a visitor may see, also to people who are signed in: feed readers cache and share feeds."""
    idea = detail.find(number, None) or abort(404)
    if idea.root_id != idea.id:
        return redirect(url_for("idea_feeds.show", number=idea.root_id))
    line = timeline.page(idea, history.steps(idea), Viewer())
    address = url_for("ideas.show", number=idea.id, slug=idea.slug)
    return atom.feed(idea.title, address=address, entries=[_entry(idea, address, moment) for moment in line.entries])


def _entry(idea: IdeaDetail, address: str, moment: TimelineEntry) -> FeedEntry:
    if moment.comment is not None:
        return _of_comment(moment.comment, address)
    assert moment.step is not None
    return _of_step(idea, moment.step, address)


def _of_comment(comment: CommentDetail, address: str) -> FeedEntry:
    key = f"comentario-{comment.id}"
    title = gettext("Comentário de %(name)s", name=_short_name(comment))
    return FeedEntry(key, title, f"{address}#{key}", comment.created_at, comment.created_at, text.to_html(comment.text))


def _of_step(idea: IdeaDetail, step: HistoryStep, address: str) -> FeedEntry:
    at = step.at
    if step.status is not None:
        title, key = gettext("Situação: %(status)s", status=name_of(step.status)), "situacao"
    elif step.response is not None:
        title, key = gettext("Resposta oficial"), "resposta"
    elif step.merge is not None:
        title, key = gettext("Ideia separada") if step.undone else gettext("Ideias reunidas"), "reunida"
    else:
        title, key = gettext("Ideia publicada"), "publicada"
    return FeedEntry(f"{key}-{at:%Y%m%dT%H%M%S%f}", title, address, at, at, _words(idea, step))


def _words(idea: IdeaDetail, step: HistoryStep) -> str:
    if step.response is not None:
        return text.to_html(step.response.text)
    if step.change is not None:
        return str(escape(" ".join(filter(None, [aim(step.change.target or ""), step.change.reason]))))
    if step.merge is not None:
        return str(escape(step.other.title)) if step.other and step.other.in_sight else ""
    return text.to_html(idea.problem or "")


def _short_name(comment: CommentDetail) -> str:
    """The name that visitors see."""
    return gettext("ex-cliente") if comment.author.closed_at else comment.author.short_name
