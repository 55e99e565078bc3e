"""`bin/portal people`: list, suspend, lock and assign roles, as at /painel."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ideas import clock
from ideas.accounts import sanctions, staff
from ideas.accounts.models import Person, Role
from ideas.board.voting import setting_aside as votes
from ideas.clock import SAO_PAULO
from ideas.db import db
from ideas.errors import Refused
from ideas.modes import Mode, set_mode
from ideas.products.models import Product

people = AppGroup("people", help="The people of the portal: list, suspend, lock, give roles.")


@people.command("list")
def list_people() -> None:
    """List everyone who has an account, and who is suspended or locked. Never prints a CPF."""
    for person in db.session.scalars(select(Person).where(Person.closed_at.is_(None)).order_by(Person.email)):
        click.echo(f"{person.email or '-':40} {person.name:40} {_state(person)}".rstrip())


@people.command()
@click.argument("email")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of it; without end if not given.")
@click.option("--why", default="", help="The reason, for the log.")
def suspend(email: str, until: datetime | None, why: str) -> None:
    """Suspend a person from posting, commenting and voting."""
    with _changed(email) as person:
        sanctions.suspend(person, until=clock.end_of_day_in_sao_paulo(until.date()) if until else None, why=why)
        votes.settle(person)


@people.command()
@click.argument("email")
def restore(email: str) -> None:
    """Restore a suspended person."""
    with _changed(email) as person:
        sanctions.restore(person)
        votes.settle(person)


@people.command()
@click.argument("email")
@click.option("--why", default="", help="The reason, for the log.")
def lock(email: str, why: str) -> None:
    """Lock an account for security: it is signed out everywhere and cannot sign in."""
    with _changed(email) as person:
        sanctions.lock(person, why=why)


@people.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Unlock an account."""
    with _changed(email) as person:
        sanctions.unlock(person)


@people.command()
@click.argument("email")
@click.argument("held", metavar="[ROLE]...", nargs=-1, type=click.Choice([role.value for role in Role]))
@click.option("--product", "keys", multiple=True, help="The key of a product that a product manager answers for.")
def roles(email: str, held: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """Set a person's roles to exactly these; without any, remove all roles."""
    with _changed(email) as person:
        products = db.session.execute(select(Product.key, Product.id).where(Product.key.in_(keys))).all()
        if unknown := set(keys) - {key for key, _ in products}:
            raise click.ClickException(f"there is no product {', '.join(sorted(unknown))}")
        staff.assign(person, [Role(role) for role in held], [number for _, number in products], by=None)


@contextmanager
def _changed(email: str) -> Iterator[Person]:
    """Yield the person to change, then commit and print their state."""
    set_mode(Mode.WRITE)
    person = _person(email)
    try:
        yield person
    except Refused as refusal:
        raise click.ClickException(refusal.message) from None
    db.session.commit()
    click.echo(f"{person.email}: {_state(person) or 'may take part'}")


def _person(email: str) -> Person:
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise click.ClickException(f"nobody has the e-mail {email}")
    return person


def _state(person: Person) -> str:
    if person.locked_at is not None:
        return "locked"
    if not person.is_suspended:
        return ""
    if person.suspended_until is None:
        return "suspended without end"
    return f"suspended until {person.suspended_until.astimezone(SAO_PAULO):%Y-%m-%d %H:%M}"
