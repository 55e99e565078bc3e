"""/painel/produtos: operators keep the vendor's products."""

import pytest
from sqlalchemy import select

from ideas.audit.models import AuditEntry
from ideas.db import db
from ideas.products.models import Module, Product

NAMES = {"name_pt": "Compras", "name_es": "Compras ES", "name_en": "Purchasing"}


def product(key: str) -> Product:
    return db.session.scalars(select(Product).where(Product.key == key)).one()


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_iris_makes_a_product_and_ideas_can_be_about_it(browser, iris, bruno):
    answer = browser(iris).post("/painel/produtos", data=NAMES)
    assert answer.status_code == 303
    assert product("compras").name_en == "Purchasing"
    assert "Compras" in browser(bruno).get("/ideias/nova").text
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.by_id, entry.thing_id) == ("product_made", iris.id, product("compras").id)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**NAMES, "key": "erp"}, "Esta chave já está em uso"),
        ({**NAMES, "key": "Três Palavras"}, "Só letras minúsculas"),
        ({**NAMES, "name_es": ""}, "Escreva o nome em espanhol."),
        ({**NAMES, "name_pt": "x" * 81}, "80"),
    ],
)
def test_a_faulty_product_is_refused_and_nothing_typed_is_lost(browser, iris, typed, said):
    answer = browser(iris).post("/painel/produtos", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Purchasing"' in answer.text
    assert db.session.query(Product).count() == 2
    assert deeds() == []


def test_a_product_is_renamed_ended_and_taken_up_again(browser, iris, bruno):
    mine, erp = browser(iris), product("erp")
    mine.post(f"/painel/produtos/{erp.id}", data=NAMES)
    assert (erp.key, erp.name_pt) == ("erp", "Compras")
    mine.post(f"/painel/produtos/{erp.id}", data=NAMES)
    mine.post(f"/painel/produtos/{erp.id}/encerrar")
    assert "Compras" not in browser(bruno).get("/ideias/nova").text
    mine.post(f"/painel/produtos/{erp.id}/retomar")
    assert "Compras" in browser(bruno).get("/ideias/nova").text
    assert deeds() == ["product_renamed", "product_ended", "product_taken_up"], "renaming alike is no act"


def test_a_module_is_made_renamed_and_ended(browser, iris, bruno):
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
    assert deeds() == ["module_made", "module_renamed", "module_ended", "module_taken_up"]


def test_a_modules_key_is_its_products_own(browser, iris):
    erp, rh = product("erp"), product("rh")
    names = {f"module-{name}": value for name, value in NAMES.items()} | {"module-key": "fiscal"}
    again = browser(iris).post(f"/painel/produtos/{erp.id}/modulos", data=names)
    assert again.status_code == 422
    assert 'value="Purchasing"' in again.text
    assert browser(iris).post(f"/painel/produtos/{rh.id}/modulos", data=names).status_code == 303


def test_a_product_or_module_that_is_not_there_is_not_found(browser, iris):
    erp, rh = product("erp"), product("rh")
    folha = db.session.scalars(select(Module).where(Module.product_id == rh.id)).one()
    for address in (
        "/painel/produtos/999",
        "/painel/produtos/99999999999999",
        f"/painel/produtos/{erp.id}/modulos/{folha.id}",
    ):
        assert browser(iris).get(address).status_code == 404, address


def test_an_ended_module_is_the_only_one_left_out(browser, iris, bruno):
    """A product whose every module ended is still there."""
    rh = product("rh")
    folha = db.session.scalars(select(Module).where(Module.product_id == rh.id)).one()
    browser(iris).post(f"/painel/produtos/{rh.id}/modulos/{folha.id}/encerrar")
    page = browser(bruno).get("/ideias/nova").text
    assert 'value="rh"' in page
    assert 'value="rh.folha"' not in page
