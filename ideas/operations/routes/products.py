"""/painel/produtos: create and manage products."""

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.operations.forms import NamesForm, NewNamesForm
from ideas.products import editing
from ideas.products.editing import KeyTaken
from ideas.products.models import Module, Product
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("products", __name__, url_prefix="/painel/produtos")


@bp.get("")
def index() -> str:
    return _list(NewNamesForm())


@bp.post("")
def create() -> Response:
    form = NewNamesForm()
    if not form.validate():
        return make_response(_list(form), 422)
    try:
        product = editing.create_product(form.chosen_key(), form.names(), by=me())
    except KeyTaken as refusal:
        db.session.rollback()
        form.key.errors = [refusals.message_of(refusal)]
        return make_response(_list(form), 422)
    db.session.commit()
    flash(gettext("Produto criado."))
    return see_other(url_for(".show", product_id=product.id))


@bp.get("/<int:product_id>")
def show(product_id: int) -> str:
    product = product_or_404(product_id)
    return page(product, NamesForm(obj=product), NewNamesForm(prefix="module-"))


@bp.post("/<int:product_id>")
def update(product_id: int) -> Response:
    product, form = product_or_404(product_id), NamesForm()
    if not form.validate():
        return make_response(page(product, form, NewNamesForm(None, prefix="module-")), 422)
    editing.rename(product, form.names(), by=me())
    db.session.commit()
    flash(gettext("Nomes guardados."))
    return see_other(url_for(".show", product_id=product_id))


@bp.post("/<int:product_id>/encerrar")
def end(product_id: int) -> Response:
    editing.close(product_or_404(product_id), by=me())
    db.session.commit()
    flash(gettext("Produto encerrado: não recebe mais ideias."))
    return see_other(url_for(".show", product_id=product_id))


@bp.post("/<int:product_id>/retomar")
def take_up(product_id: int) -> Response:
    editing.reopen(product_or_404(product_id), by=me())
    db.session.commit()
    flash(gettext("Produto retomado: volta a receber ideias."))
    return see_other(url_for(".show", product_id=product_id))


def product_or_404(product_id: int) -> Product:
    """The product with that id, or 404."""
    return db.session.get(Product, product_id) or abort(404)


def page(product: Product, names: NamesForm, new_module: NewNamesForm) -> str:
    """A product's page with its two forms."""
    modules = select(Module).where(Module.product_id == product.id).order_by(Module.position, Module.id)
    return render_template(
        "operations/product.html",
        product=product,
        modules=db.session.scalars(modules).all(),
        names=names,
        new_module=new_module,
    )


def _list(form: NewNamesForm) -> str:
    module_count = select(func.count(Module.id)).where(Module.product_id == Product.id).scalar_subquery()
    products = select(Product, module_count).order_by(Product.position, Product.id)
    return render_template("operations/products.html", products=db.session.execute(products).all(), form=form)
