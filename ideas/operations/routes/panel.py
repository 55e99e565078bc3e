"""/painel: the operators' start page."""

from flask import Blueprint, render_template

from ideas.operations import listing
from ideas.operations.routes import wording

#: Audit entries on the start page.
ENTRIES_SHOWN = 5

bp = Blueprint("panel", __name__, url_prefix="/painel")


@bp.get("")
def index() -> str:
    entries = listing.entries(listing.LogFilters(), before=None, limit=ENTRIES_SHOWN)
    return render_template(
        "operations/index.html",
        without_administrator=listing.count_without_administrator(),
        entries=entries,
        wording=wording,
    )
