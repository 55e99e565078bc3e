"""Operators create, rename, close and reopen products and modules. Each change is logged.

A key never changes, because it appears in addresses and in imported files. A closed product or module accepts no new
ideas; its existing ideas stay.
"""

from dataclasses import asdict, dataclass
from typing import TypeVar

from sqlalchemy import exists, func, select

from ideas import clock
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Module, Product

ProductOrModule = TypeVar("ProductOrModule", Product, Module)


class KeyTaken(Refused):
    """Another product, or another module of the same product, has this key."""

    message = N_("Esta chave já está em uso. Escolha outra.")
    field = "key"


@dataclass(frozen=True)
class TranslatedNames:
    """One name in the portal's three languages."""

    name_pt: str
    name_es: str
    name_en: str


def create_product(key: str, names: TranslatedNames, *, by: log.Actor | None) -> Product:
    """Create a product, last in order. Raises KeyTaken."""
    if db.session.scalar(select(exists().where(Product.key == key))):
        raise KeyTaken
    last = db.session.scalar(select(func.max(Product.position)))
    product = Product(key=key, position=0 if last is None else last + 1, **asdict(names))
    return _add(product, by)


def create_module(product: Product, key: str, names: TranslatedNames, *, by: log.Actor | None) -> Module:
    """Create a module of the product, last in order. Raises KeyTaken."""
    mine = Module.product_id == product.id
    if db.session.scalar(select(exists().where(mine, Module.key == key))):
        raise KeyTaken
    last = db.session.scalar(select(func.max(Module.position)).where(mine))
    module = Module(product_id=product.id, key=key, position=0 if last is None else last + 1, **asdict(names))
    return _add(module, by)


def rename(thing: Product | Module, names: TranslatedNames, *, by: log.Actor | None) -> None:
    """Change the names. Does nothing if they are the same."""
    before = {name: getattr(thing, name) for name in asdict(names)}
    if before == asdict(names):
        return
    for name, value in asdict(names).items():
        setattr(thing, name, value)
    _log(thing, "renamed", by, before=before, after=asdict(names))


def close(thing: Product | Module, *, by: log.Actor | None) -> None:
    """Accept no new ideas from now on."""
    if thing.closed_at is None:
        thing.closed_at = clock.now()
        _log(thing, "ended", by)


def reopen(thing: Product | Module, *, by: log.Actor | None) -> None:
    """Accept new ideas again."""
    if thing.closed_at is not None:
        thing.closed_at = None
        _log(thing, "taken_up", by)


def _add(thing: ProductOrModule, by: log.Actor | None) -> ProductOrModule:
    db.session.add(thing)
    db.session.flush()
    _log(thing, "made", by, after={"key": thing.key, "name_pt": thing.name_pt})
    return thing


def _log(
    thing: Product | Module,
    action: str,
    by: log.Actor | None,
    before: log.Facts | None = None,
    after: log.Facts | None = None,
) -> None:
    table = thing.__tablename__
    log.write(by=by, action=f"{table}_{action}", thing=table, thing_id=thing.id, before=before, after=after)
