"""Products, modules and releases with their items."""

from dataclasses import dataclass, field
from typing import Any

from ideas.db import db
from ideas.demo import material
from ideas.demo.material import Calendar
from ideas.products.models import Module, Product, Release
from ideas.releases import finding
from ideas.releases.models import ReleaseItem


@dataclass
class Catalogue:
    """What was created: products by key; modules and releases by the product's key and their own."""

    products: dict[str, Product] = field(default_factory=dict)
    modules: dict[tuple[str, str], Module] = field(default_factory=dict)
    releases: dict[tuple[str, str], Release] = field(default_factory=dict)
    #: The items that answer an idea, with its key.
    answers: list[tuple[ReleaseItem, str]] = field(default_factory=list)


def fill(calendar: Calendar) -> Catalogue:
    """Create the vendor's products."""
    made = Catalogue()
    for place, facts in enumerate(material.read("products")["products"]):
        product = Product(key=facts["key"], position=place, **_names(facts))
        db.session.add(product)
        db.session.flush()
        made.products[product.key] = product
        _modules(made, product, facts["modules"])
        for release in facts["releases"]:
            _release(made, product, release, calendar)
    return made


def _modules(made: Catalogue, product: Product, modules: list[dict[str, Any]]) -> None:
    for place, facts in enumerate(modules):
        module = Module(product_id=product.id, key=facts["key"], position=place, **_names(facts))
        made.modules[product.key, module.key] = module
    db.session.add_all(made.modules.values())
    db.session.flush()


def _release(made: Catalogue, product: Product, facts: dict[str, Any], calendar: Calendar) -> None:
    published = facts.get("published_in_days")
    release = Release(
        product_id=product.id,
        version=facts["version"],
        planned_on=calendar.on(facts["planned_in_days"]),
        announced_at=calendar.ago(-facts["announced_in_days"]),
        # A release is published before the working day, and its ideas are answered during it.
        published_at=None if published is None else calendar.ago(-published, minute=7 * 60),
        support_ends_on=calendar.on(facts["support_ends_in_days"]),
    )
    db.session.add(release)
    db.session.flush()
    made.releases[product.key, release.version] = release
    for place, item in enumerate(facts["items"]):
        _item(made, product, release, item, place)


def _item(made: Catalogue, product: Product, release: Release, facts: dict[str, Any], place: int) -> None:
    module = made.modules[product.key, facts["module"]]
    item = ReleaseItem(
        release_id=release.id,
        kind=facts["kind"],
        title=facts["title"],
        text=facts["text"],
        module_id=module.id,
        position=place,
    )
    db.session.add(item)
    db.session.flush()
    finding.index(item)
    if "idea" in facts:
        made.answers.append((item, facts["idea"]))


def _names(facts: dict[str, Any]) -> dict[str, Any]:
    return {f"name_{language}": facts[f"name_{language}"] for language in ("pt", "es", "en")}
