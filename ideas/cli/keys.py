"""`bin/portal keys`: the key ring that encrypts CPFs (CPF_KEY)."""

import sys

import click
from flask.cli import AppGroup

from ideas.accounts import identifying, key_rotation
from ideas.db import db
from ideas.modes import Mode, in_mode

keys = AppGroup("keys", help="The keys that protect CPFs: which are in use, rotation.")


@keys.command("list")
def list_keys() -> None:
    """Print how many CPFs each key encrypts. A key without any can be removed from the ring."""
    counted = key_rotation.count_by_key()
    for key in sorted({*counted, identifying.ring().current_id}):
        now = "  (first on the ring)" if key == identifying.ring().current_id else ""
        click.echo(f"{key}: {counted[key]}{now}")


@keys.command()
def rotate() -> None:
    """Encrypt every CPF with the first key of the ring. It can be interrupted and run again."""
    last, renewed, unreadable = 0, 0, list[int]()
    with in_mode(Mode.WRITE):
        while (step := key_rotation.rotate_chunk(after=last)).last is not None:
            db.session.commit()
            last, renewed, unreadable = step.last, renewed + step.renewed, unreadable + step.unreadable
        db.session.commit()
    click.echo(f"renewed under {identifying.ring().current_id}: {renewed}")
    if unreadable:
        people = ", ".join(map(str, unreadable))
        click.echo(
            f"could not be opened, their key is not on the ring or the row was altered: people {people}", err=True
        )
        sys.exit(1)
