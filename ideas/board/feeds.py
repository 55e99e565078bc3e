"""/ideias.atom: the board as a feed, with any of its filters and orders; the newest first unless asked otherwise."""

from datetime import datetime

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from ideas import text
from ideas.board.listing import pages
from ideas.board.listing.cards import IdeaSummary
from ideas.board.models import Idea
from ideas.board.routes import query_params
from ideas.db import db
from ideas.web import atom
from ideas.web.atom import FeedEntry
from ideas.web.person import person_or_none

bp = Blueprint("feeds", __name__)


@bp.get("/ideias.atom")
def index() -> Response:
    asked = query_params.asked()
    if asked.filters.mine and person_or_none() is None:
        abort(404)
    named = request.args.get("ordem") or asked.search
    found = pages.board(asked.filters, asked.ordering if named else pages.ORDERINGS["recent"], start=asked.start)
    answered = _answered([card.id for card in found.cards])
    entries = [_entry(card, answered.get(card.id)) for card in found.cards]
    title = gettext("Ideias: %(words)s", words=asked.words) if asked.words else gettext("Ideias")
    return atom.feed(title, address=query_params.address(), entries=entries)


def _entry(card: IdeaSummary, answered_at: datetime | None) -> FeedEntry:
    return FeedEntry(
        f"ideia-{card.id}",
        card.title,
        url_for("ideas.show", number=card.id, slug=text.slug(card.title)),
        card.published_at,
        max(card.published_at, answered_at or card.published_at),
        text.to_html(card.beginning or ""),
    )


def _answered(numbers: list[int]) -> dict[int, datetime | None]:
    """When the vendor last answered each of them."""
    rows = select(Idea.id, Idea.answered_at).where(Idea.id.in_(numbers), Idea.answered_at.is_not(None))
    return {row.id: row.answered_at for row in db.session.execute(rows)}
