"""The gallery of components, in development only: each in every state, to look at before and after a change."""

from flask import Blueprint, render_template

bp = Blueprint("components", __name__, url_prefix="/painel/componentes")


@bp.get("")
def index() -> str:
    return render_template("components/index.html")
