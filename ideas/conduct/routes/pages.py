"""The pages of the code of conduct, open to everyone: the current version and the earlier ones."""

from flask import Blueprint, abort, render_template

from ideas.conduct import publishing

bp = Blueprint("conduct", __name__, url_prefix="/codigo-de-conduta")


@bp.get("")
def show() -> str:
    return _page(None)


@bp.get("/<int:version>")
def version(version: int) -> str:
    return _page(version)


def _page(number: int | None) -> str:
    """Show the version with that number, or the current one."""
    versions = publishing.versions()
    shown = next((one for one in versions if number in {None, one.number}), None)
    if shown is None:
        abort(404)
    return render_template("conduct/show.html", code=shown, rules=publishing.rules_of(shown), versions=versions)
