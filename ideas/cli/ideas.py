"""`bin/portal ideas …`: what is done to ideas from the terminal."""

import csv
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from ideas.board import counting, importing, sources
from ideas.board.importing import Incoming
from ideas.db import db, writing
from ideas.products.models import Product

ideas = AppGroup("ideas", help="Ideas: bring them in from elsewhere, check their counters.")

#: Rows to a transaction: a killed import loses at most these, and running it again goes on.
ROWS_AT_ONCE = 200


@ideas.command("recount")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong; exit 1 if anything is.")
def recount(dry_run: bool) -> None:
    """Compare every idea's counters with its votes and comments, and set right what differs."""
    wrong = 0
    with writing():
        for drifts in counting.recount_all(dry_run=dry_run):
            db.session.commit()
            for drift in drifts:
                click.echo(f"idea {drift.number}: {_difference(drift)}")
            wrong += len(drifts)
    click.echo(f"ideas whose counters differed from their rows: {wrong}")
    sys.exit(1 if dry_run and wrong else 0)


def _difference(drift: counting.Drift) -> str:
    kept, counted = drift.kept._asdict(), drift.counted._asdict()
    return ", ".join(f"{name} {kept[name]} -> {counted[name]}" for name in kept if kept[name] != counted[name])


@ideas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(sorted(sources.PRESETS)), required=True, help="Where the file comes from.")
@click.option("--product", "key", required=True, help="The key of the product the ideas are about.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, change nothing.")
def bring_in(file: Path, preset: str, key: str, dry_run: bool) -> None:
    """Make ideas of the rows of FILE. Run twice, nothing doubles."""
    source, origin = sources.PRESETS[preset]
    with writing():
        product = db.session.scalar(select(Product).where(Product.key == key))
        if product is None:
            keys = ", ".join(db.session.scalars(select(Product.key).order_by(Product.key)))
            raise click.BadParameter(f"there is no product {key!r}; there are: {keys}", param_hint="--product")
        rows, unfit = _read(file, source)
        made = _bring_in(rows, origin, product, dry_run)
    report = Path(current_app.instance_path) / f"import-{origin}.csv"
    _write_report(report, rows, unfit)
    word = "would be made" if dry_run else "made"
    click.echo(f"{word}: {made}; here already: {len(rows) - made}; refused: {len(unfit)}")
    for note, times in Counter(note for row in rows for note in row.notes).most_common():
        click.echo(f"  {times} × {note}")
    click.echo(f"changed and refused rows, one by one: {report}")


def _read(file: Path, source: sources.Source) -> tuple[list[Incoming], list[sources.Unfit]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            read = list(source(opened))
    except UnicodeDecodeError as fault:
        raise click.ClickException("the file is not UTF-8 text; nothing was changed") from fault
    except sources.WrongFile as fault:
        raise click.ClickException(f"{fault}; nothing was changed") from fault
    rows = [one for one in read if isinstance(one, Incoming)]
    return rows, [one for one in read if isinstance(one, sources.Unfit)]


def _bring_in(rows: list[Incoming], origin: str, product: Product, dry_run: bool) -> int:
    made, left = 0, iter(rows)
    with click.progressbar(length=len(rows), label="ideas") as bar:
        while chunk := list(islice(left, ROWS_AT_ONCE)):
            made += importing.bring_in(chunk, origin=origin, product=product)
            if not dry_run:
                db.session.commit()
            bar.update(len(chunk))
    if dry_run:
        db.session.rollback()
    return made


def _write_report(path: Path, rows: list[Incoming], unfit: list[sources.Unfit]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        report = csv.writer(file)
        report.writerow(["id", "what", "why"])
        report.writerows([one.external_id, "refused", f"line {one.line}: {one.why}"] for one in unfit)
        report.writerows([row.external_id, "changed", note] for row in rows for note in row.notes)
