"""`bin/portal releases`: publish releases and rebuild their search index."""

from collections.abc import Sequence

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ideas.accounts.models import Person, ProductManager
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import Refused
from ideas.modes import Mode, in_mode
from ideas.products.models import Product, Release
from ideas.releases import finding, publishing
from ideas.releases.models import ReleaseItem

releases = AppGroup("releases", help="Releases: publish one, make what they bring findable.")


@releases.command("publish")
@click.argument("product")
@click.argument("version")
@click.option("--by", "email", required=True, help="The e-mail of the product manager who publishes it.")
def publish(product: str, version: str, email: str) -> None:
    """Publish VERSION of PRODUCT (its key), and mark the linked planned ideas as delivered."""
    with in_mode(Mode.WRITE):
        release, manager = _release(product, version), _manager(product, email)
        try:
            published = publishing.publish(release, by=manager)
        except Refused as refusal:
            raise click.ClickException(refusal.message % refusal.facts) from None
        db.session.commit()
    _list("delivered", published.delivered)
    _list("left as they are", published.left)


@releases.command("index")
def index() -> None:
    """Rebuild the search index of all release items."""
    with in_mode(Mode.WRITE):
        items = db.session.scalars(select(ReleaseItem)).all()
        for item in items:
            finding.index(item)
        db.session.commit()
    click.echo(f"{len(items)} items")


def _release(product: str, version: str) -> Release:
    found = select(Release).join(Product).where(Product.key == product, Release.version == version)
    release = db.session.scalar(found)
    if release is None:
        raise click.ClickException(f"there is no release {version} of {product}")
    return release


def _manager(product: str, email: str) -> Person:
    answers_for = select(ProductManager.person_id).join(Product).where(Product.key == product)
    manager = db.session.scalar(select(Person).where(Person.email == email.lower(), Person.id.in_(answers_for)))
    if manager is None:
        raise click.ClickException(f"{email} is not a product manager of {product}")
    return manager


def _list(what: str, ideas: Sequence[Idea]) -> None:
    click.echo(f"{what}: {len(ideas)}")
    for idea in ideas:
        click.echo(f"  {idea.id}  {idea.title}")
