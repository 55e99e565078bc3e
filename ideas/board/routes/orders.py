"""/ideias/ordem, /ideias/<n>/ordem: how the board's orderings work, and an idea's position in them."""

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
    """Show every ordering's rule, with the first idea of the default one as an example."""
    first = next(iter(pages.board(Filters(), size=1).cards), None)
    return render_template("board/orders/index.html", orders=pages.ORDERINGS.values(), words=_WORDS, first=first)


@bp.get("/<int:number>/ordem")
def show(number: int) -> Response | str:
    """Show the idea's numbers and positions; an unlisted idea has none."""
    idea = idea_or_404(number)
    if not idea.is_listed:
        return redirect(url_for("ideas.short", number=idea.id))
    return render_template(
        "board/orders/show.html",
        idea=idea,
        positions=explaining.positions(idea),
        trending_score=explaining.trending_score(idea),
        age_groups=explaining.age_groups(idea),
        max_counted=explaining.MAX_COUNTED,
        words=_WORDS,
    )
