"""/painel/produtos: operators manage products and modules."""

import pytest
from sqlalchemy import select

from ideas.audit.models import AuditEntry
from ideas.db import db
from ideas.products.models import Module, Product

NAMES = {"name_pt": "Compras", "name_es": "Compras ES", "name_en": "Purchasing"}


def product(key: str) -> Product:
    return db.session.scalars(select(Product).where(Product.key == key)).one()


def logged_actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_ideas_can_be_about_a_new_product(browser, iris, bruno):
    answer = browser(iris).post("/painel/produtos", data=NAMES)
    assert answer.status_code == 303
    assert product("compras").name_en == "Purchasing"
    assert "Compras" in browser(bruno).get("/ideias/nova").text
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.by_id, entry.thing_id) == ("product_made", iris.id, product("compras").id)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({**NAMES, "key": "erp"}, "Esta chave já está em uso"),
        ({**NAMES, "key": "Três Palavras"}, "Só letras minúsculas"),
        ({**NAMES, "name_es": ""}, "Escreva o nome em espanhol."),
        ({**NAMES, "name_pt": "x" * 81}, "80"),
    ],
)
def test_an_invalid_product_is_refused_and_the_values_are_kept(browser, iris, values, error):
    answer = browser(iris).post("/painel/produtos", data=values)
    assert answer.status_code == 422
    assert error in answer.text
    assert 'value="Purchasing"' in answer.text
    assert db.session.query(Product).count() == 2
    assert logged_actions() == []


def test_a_product_is_renamed_closed_and_reopened(browser, iris, bruno):
    mine, erp = browser(iris), product("erp")
    mine.post(f"/painel/produtos/{erp.id}", data=NAMES)
    assert (erp.key, erp.name_pt) == ("erp", "Compras")
    mine.post(f"/painel/produtos/{erp.id}", data=NAMES)
    mine.post(f"/painel/produtos/{erp.id}/encerrar")
    assert "Compras" not in browser(bruno).get("/ideias/nova").text
    mine.post(f"/painel/produtos/{erp.id}/retomar")
    assert "Compras" in browser(bruno).get("/ideias/nova").text
    assert logged_actions() == ["product_renamed", "product_ended", "product_taken_up"], (
        "renaming to the same name is not logged"
    )


def test_a_module_is_created_renamed_closed_and_reopened(browser, iris, bruno):
    mine, erp = browser(iris), product("erp")
    names = {f"module-{name}": value for name, value in NAMES.items()}
    assert mine.post(f"/painel/produtos/{erp.id}/modulos", data=names).status_code == 303
    module = db.session.scalars(select(Module).where(Module.key == "compras")).one()
    assert 'value="erp.compras"' in browser(bruno).get("/ideias/nova").text
    address = f"/painel/produtos/{erp.id}/modulos/{module.id}"
    assert "Compras" in mine.get(address).text
    mine.post(address, data={**NAMES, "name_en": "Buying"})
    assert module.name_en == "Buying"
    mine.post(address + "/encerrar")
    assert 'value="erp.compras"' not in browser(bruno).get("/ideias/nova").text
    mine.post(address + "/retomar")
    assert logged_actions() == ["module_made", "module_renamed", "module_ended", "module_taken_up"]


def test_a_module_s_key_is_unique_in_its_product(browser, iris):
    erp, rh = product("erp"), product("rh")
    names = {f"module-{name}": value for name, value in NAMES.items()} | {"module-key": "fiscal"}
    again = browser(iris).post(f"/painel/produtos/{erp.id}/modulos", data=names)
    assert again.status_code == 422
    assert 'value="Purchasing"' in again.text
    assert browser(iris).post(f"/painel/produtos/{rh.id}/modulos", data=names).status_code == 303


def test_an_absent_product_or_module_is_not_found(browser, iris):
    erp, rh = product("erp"), product("rh")
    folha = db.session.scalars(select(Module).where(Module.product_id == rh.id)).one()
    for address in (
        "/painel/produtos/999",
        "/painel/produtos/99999999999999",
        f"/painel/produtos/{erp.id}/modulos/{folha.id}",
    ):
        assert browser(iris).get(address).status_code == 404, address


def test_only_closed_modules_are_not_offered(browser, iris, bruno):
    """A product with only closed modules is still offered."""
    rh = product("rh")
    folha = db.session.scalars(select(Module).where(Module.product_id == rh.id)).one()
    browser(iris).post(f"/painel/produtos/{rh.id}/modulos/{folha.id}/encerrar")
    page = browser(bruno).get("/ideias/nova").text
    assert 'value="rh"' in page
    assert 'value="rh.folha"' not in page
