"""What operators do to products and modules: make, rename, end, take up again. Each act is logged.

A key stands in addresses and in imported files, so it never changes. What has ended takes no new
ideas; those it has stay where they are.
"""

from dataclasses import asdict, dataclass
from typing import TypeVar

from sqlalchemy import exists, func, select

from ideas import clock
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Module, Product

Thing = TypeVar("Thing", Product, Module)


class KeyTaken(Refused):
    """Another product, or another module of the product, has this key."""

    message = N_("Esta chave já está em uso. Escolha outra.")
    field = "key"


@dataclass(frozen=True)
class Names:
    """One name in the portal's three languages."""

    name_pt: str
    name_es: str
    name_en: str


def make_product(key: str, names: Names, *, by: log.Doer | None) -> Product:
    """A new product, after the others. Raises KeyTaken."""
    if db.session.scalar(select(exists().where(Product.key == key))):
        raise KeyTaken
    last = db.session.scalar(select(func.max(Product.position)))
    product = Product(key=key, position=0 if last is None else last + 1, **asdict(names))
    return _made(product, by)


def make_module(product: Product, key: str, names: Names, *, by: log.Doer | None) -> Module:
    """A new module of the product, after its others. Raises KeyTaken."""
    mine = Module.product_id == product.id
    if db.session.scalar(select(exists().where(mine, Module.key == key))):
        raise KeyTaken
    last = db.session.scalar(select(func.max(Module.position)).where(mine))
    module = Module(product_id=product.id, key=key, position=0 if last is None else last + 1, **asdict(names))
    return _made(module, by)


def rename(thing: Product | Module, names: Names, *, by: log.Doer | None) -> None:
    """Give it other names; the same ones again change nothing."""
    before = {name: getattr(thing, name) for name in asdict(names)}
    if before == asdict(names):
        return
    for name, value in asdict(names).items():
        setattr(thing, name, value)
    _note(thing, "renamed", by, before=before, after=asdict(names))


def end(thing: Product | Module, *, by: log.Doer | None) -> None:
    """Let it take no new ideas from now on."""
    if thing.closed_at is None:
        thing.closed_at = clock.now()
        _note(thing, "ended", by)


def take_up(thing: Product | Module, *, by: log.Doer | None) -> None:
    """Let what had ended take new ideas again."""
    if thing.closed_at is not None:
        thing.closed_at = None
        _note(thing, "taken_up", by)


def _made(thing: Thing, by: log.Doer | None) -> Thing:
    db.session.add(thing)
    db.session.flush()
    _note(thing, "made", by, after={"key": thing.key, "name_pt": thing.name_pt})
    return thing


def _note(
    thing: Product | Module,
    what: str,
    by: log.Doer | None,
    before: log.Facts | None = None,
    after: log.Facts | None = None,
) -> None:
    sort = thing.__tablename__
    log.write(by=by, deed=f"{sort}_{what}", thing=sort, thing_id=thing.id, before=before, after=after)
