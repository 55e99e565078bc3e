"""The roadmap, of all products or of one."""

from flask import Blueprint, abort, render_template, request

from ideas.releases import roadmap

bp = Blueprint("roadmap", __name__, url_prefix="/roteiro")


@bp.get("")
def index() -> str:
    products, asked = roadmap.products(), request.args.get("produto")
    product = next((one for one in products if one.key == asked), None)
    if asked and product is None:
        abort(404)
    return render_template("roadmap/index.html", products=products, product=product, columns=roadmap.columns(product))
