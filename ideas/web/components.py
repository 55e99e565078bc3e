"""The gallery of components in all their states, in development only."""

from flask import Blueprint, render_template

bp = Blueprint("components", __name__, url_prefix="/painel/componentes")


@bp.get("")
def index() -> str:
    return render_template("components/index.html")
