"""The release report: a page for each product and for each of its releases."""

from collections.abc import Sequence

from flask import Blueprint, abort, current_app, render_template, url_for

from ideas.products.models import Product
from ideas.releases import report

bp = Blueprint("releases", __name__, url_prefix="/releases")


@bp.get("")
def index() -> str:
    products = report.products()
    if not products:
        return render_template("releases/none.html")
    return _page(products, products[0])


@bp.get("/<product>")
def product(product: str) -> str:
    products = report.products()
    chosen = next((one for one in products if one.key == product), None)
    return _page(products, chosen or abort(404))


@bp.get("/<product>/<version>")
def show(product: str, version: str) -> str:
    edition = report.edition(product, version) or abort(404)
    return render_template("releases/show.html", edition=edition, product=edition.release.product)


def _page(products: Sequence[Product], product: Product) -> str:
    return render_template(
        "releases/product.html",
        products=products,
        product=product,
        report=report.report_of(product),
        canonical_url=current_app.extensions["settings"].portal_url + url_for("releases.product", product=product.key),
    )
