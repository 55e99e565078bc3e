"""`bin/portal people`: who there is, and suspending them by command until the panel exists."""

from datetime import datetime, time

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ideas.accounts import standing
from ideas.accounts.models import Person
from ideas.clock import SAO_PAULO
from ideas.db import begin_for_writing, db
from ideas.errors import Refused

people = AppGroup("people", help="The people of the portal: list, suspend, restore.")


@people.command("list")
def list_people() -> None:
    """Everyone who has an account, and who is suspended or locked. Never a CPF."""
    for person in db.session.scalars(select(Person).where(Person.closed_at.is_(None)).order_by(Person.email)):
        click.echo(f"{person.email or '-':40} {person.name:40} {_state(person)}".rstrip())


@people.command()
@click.argument("email")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="the last day of it; without end if not given")
def suspend(email: str, until: datetime | None) -> None:
    """Keep a person from posting, commenting and voting."""
    begin_for_writing(True)
    person = _person(email)
    try:
        standing.suspend(person, until=_end_of(until) if until else None)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from None
    db.session.commit()
    click.echo(f"{person.email}: {_state(person)}")


@people.command()
@click.argument("email")
def restore(email: str) -> None:
    """Let a suspended person take part again."""
    begin_for_writing(True)
    person = _person(email)
    standing.restore(person)
    db.session.commit()
    click.echo(f"{person.email}: may take part")


def _person(email: str) -> Person:
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise click.ClickException(f"nobody has the e-mail {email}")
    return person


def _end_of(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(23, 59, 59), SAO_PAULO)


def _state(person: Person) -> str:
    if person.locked_at is not None:
        return "locked"
    if not person.is_suspended:
        return ""
    if person.suspended_until is None:
        return "suspended without end"
    return f"suspended until {person.suspended_until.astimezone(SAO_PAULO):%Y-%m-%d %H:%M}"
