"""/painel/produtos/<product>/modulos: create and manage the modules of a product."""

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.operations.forms import NamesForm, NewNamesForm
from ideas.operations.routes import products
from ideas.products import editing
from ideas.products.editing import KeyTaken
from ideas.products.models import Module, Product
from ideas.web import refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("modules", __name__, url_prefix="/painel/produtos/<int:product_id>/modulos")


@bp.post("")
def create(product_id: int) -> Response:
    product, form = products.product_or_404(product_id), NewNamesForm(prefix="module-")
    if not form.validate():
        return _show_errors(product, form)
    try:
        editing.create_module(product, form.chosen_key(), form.names(), by=me())
    except KeyTaken as refusal:
        db.session.rollback()
        form.key.errors = [refusals.message_of(refusal)]
        return _show_errors(products.product_or_404(product_id), form)
    db.session.commit()
    flash(gettext("Módulo criado."))
    return _to_product(product_id)


@bp.get("/<int:module_id>")
def show(product_id: int, module_id: int) -> str:
    module = _module_or_404(product_id, module_id)
    return _page(module, NamesForm(obj=module))


@bp.post("/<int:module_id>")
def update(product_id: int, module_id: int) -> Response:
    module, form = _module_or_404(product_id, module_id), NamesForm()
    if not form.validate():
        return make_response(_page(module, form), 422)
    editing.rename(module, form.names(), by=me())
    db.session.commit()
    flash(gettext("Nomes guardados."))
    return _to_product(product_id)


@bp.post("/<int:module_id>/encerrar")
def end(product_id: int, module_id: int) -> Response:
    editing.close(_module_or_404(product_id, module_id), by=me())
    db.session.commit()
    flash(gettext("Módulo encerrado: novas ideias não o escolhem mais."))
    return _to_product(product_id)


@bp.post("/<int:module_id>/retomar")
def take_up(product_id: int, module_id: int) -> Response:
    editing.reopen(_module_or_404(product_id, module_id), by=me())
    db.session.commit()
    flash(gettext("Módulo retomado: novas ideias podem escolhê-lo."))
    return _to_product(product_id)


def _module_or_404(product_id: int, module_id: int) -> Module:
    module = db.session.get(Module, module_id)
    return module if module is not None and module.product_id == product_id else abort(404)


def _page(module: Module, form: NamesForm) -> str:
    product = products.product_or_404(module.product_id)
    return render_template("operations/module.html", module=module, product=product, form=form)


def _show_errors(product: Product, form: NewNamesForm) -> Response:
    return make_response(products.page(product, NamesForm(None, obj=product), form), 422)


def _to_product(product_id: int) -> Response:
    return see_other(url_for("products.show", product_id=product_id))
