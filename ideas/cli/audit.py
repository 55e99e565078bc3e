"""`bin/portal audit`: verify the audit log."""

import sys

import click
from flask.cli import AppGroup

from ideas.audit import log

audit = AppGroup("audit", help="The log of privileged acts: look whether it is whole.")


@audit.command()
@click.option("--holds", metavar="HASH", help="Also look for the entry of a hash that was noted earlier.")
def verify(holds: str | None) -> None:
    """Verify the chain of entries. Exits with 1 and names the first entry changed, removed or inserted by hand."""
    verdict = log.verify(holds)
    if verdict.broken is not None:
        click.echo(f"entry {verdict.broken} is not as it was written; the {verdict.entries} before it are", err=True)
        sys.exit(1)
    click.echo(f"{verdict.entries} entries, each as it was written; the last hash is {verdict.last_hash}")
    if holds is not None and not verdict.holds:
        click.echo(f"no entry has the hash {holds}: entries were taken off the end", err=True)
        sys.exit(1)
