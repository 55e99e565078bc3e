"""/ideias/ordem, /ideias/<n>/ordem: how the board's orders work, and where an idea stands in them."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ideas.board.listing import explaining, pages
from ideas.board.listing.filters import Filters
from ideas.board.routes.query_params import ORDER_WORDS
from ideas.board.routes.scope import idea_or_404

bp = Blueprint("orders", __name__, url_prefix="/ideias")

_WORDS = {ordering.key: word for word, ordering in ORDER_WORDS.items()}


@bp.get("/ordem")
def index() -> str:
    """Every order's rule, and the first idea of the usual one as an example."""
    first = next(iter(pages.board(Filters(), size=1).cards), None)
    return render_template("board/orders/index.html", orders=pages.ORDERINGS.values(), words=_WORDS, first=first)


@bp.get("/<int:number>/ordem")
def show(number: int) -> Response | str:
    """The idea's own numbers; only a listed one stands anywhere."""
    idea = idea_or_404(number)
    if not idea.is_listed:
        return redirect(url_for("ideas.short", number=idea.id))
    return render_template(
        "board/orders/show.html",
        idea=idea,
        places=explaining.places(idea),
        heat=explaining.heat(idea),
        shares=explaining.shares(idea),
        most=explaining.MOST,
        words=_WORDS,
    )
