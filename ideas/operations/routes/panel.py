"""/painel: where operators begin."""

from flask import Blueprint, render_template

from ideas.operations import listing
from ideas.operations.routes import wording

#: Acts on the first page.
SHOWN = 5

bp = Blueprint("panel", __name__, url_prefix="/painel")


@bp.get("")
def index() -> str:
    acts = listing.entries(listing.Asked(), before=None, limit=SHOWN)
    return render_template("operations/index.html", leaderless=listing.count_leaderless(), acts=acts, wording=wording)
