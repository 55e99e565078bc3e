"""/minhas-ideias: the ideas that the person posted, voted for and follows."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.board import following
from ideas.board.listing import pages
from ideas.board.listing.filters import Filters, Mine
from ideas.board.listing.pages import ORDERINGS, Listing
from ideas.board.voting import casting
from ideas.comments import timeline
from ideas.web import paging
from ideas.web.person import me
from ideas.web.responses import partial_or_page

bp = Blueprint("mine", __name__, url_prefix="/minhas-ideias")

POSTED, VOTED, FOLLOWED = "enviadas", "votadas", "seguidas"
_FILTERS = {VOTED: Mine.VOTED, FOLLOWED: Mine.FOLLOWED}


@bp.get("")
def index() -> Response:
    tab = request.args.get("aba") or POSTED
    if tab != POSTED and tab not in _FILTERS:
        abort(404)
    found = _listing(tab, request.args.get("pagina"))
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": _tabs(),
        "cards": found.cards,
        "voted": casting.voted_among(found.cards, me()) if found.cards else set(),
        "more_url": _address(tab, paging.encode(*found.next)) if found.next else None,
        "back_url": _address(tab) if request.args.get("pagina") else None,
        "leaving": tab == FOLLOWED,
        **(_followed_context([card.id for card in found.cards]) if tab == FOLLOWED else {}),
    }
    return partial_or_page("board/_more.html", "pages/mine.html", **context)


def _listing(tab: str, cursor: str | None) -> Listing:
    after = paging.decode(cursor) if cursor else None
    if tab == POSTED:
        return pages.posted_by(me(), after=after)
    return pages.board(Filters(mine=frozenset({_FILTERS[tab]}), reader=me()), ORDERINGS["recent"], after=after)


def _followed_context(idea_ids: Sequence[int]) -> dict[str, Any]:
    """The context of followed ideas: their news, and the person's default notification level."""
    news = timeline.news(following.seen_among(idea_ids, me()), me())
    return {"news": news, "defaults": following.defaults_of(me()), "back": request.path}


def _tabs() -> list[tuple[str, str, str]]:
    names = {POSTED: gettext("Enviadas"), VOTED: gettext("Votadas"), FOLLOWED: gettext("Seguidas")}
    return [(tab, name, _address(tab)) for tab, name in names.items()]


def _address(tab: str, page: str | None = None) -> str:
    return url_for("mine.index", aba=None if tab == POSTED else tab, pagina=page)
