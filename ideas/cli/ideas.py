"""`bin/portal ideas`: recount and import ideas."""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext
from sqlalchemy import select

from ideas import text
from ideas.board.voting import reconciling, recounting
from ideas.db import db
from ideas.files import sheets
from ideas.files.sheets import WrongSheet
from ideas.imports import inserting, running, sources
from ideas.imports.inserting import ImportCounts, ImportedIdea, RejectedRow
from ideas.modes import Mode, in_mode
from ideas.products.models import Product
from ideas.web import csv_files

ideas = AppGroup("ideas", help="Ideas: bring them in from elsewhere, check their counters.")

Row = ImportedIdea | RejectedRow


@ideas.command("recount")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong; exit 1 if anything is.")
def recount(dry_run: bool) -> None:
    """Compare every idea's counters with its votes and comments, and correct the differences."""
    wrong: list[recounting.Drift] = []
    with in_mode(Mode.WRITE):
        for drifts in recounting.recount_all(dry_run=dry_run):
            db.session.commit()
            for drift in drifts:
                click.echo(f"idea {drift.idea_id}: {_difference(drift)}")
            wrong += drifts
        if wrong and not dry_run:
            reconciling.report(wrong)
            db.session.commit()
    click.echo(f"ideas whose counters differed from their rows: {len(wrong)}")
    sys.exit(1 if dry_run and wrong else 0)


def _difference(drift: recounting.Drift) -> str:
    kept, counted = drift.stored._asdict(), drift.counted._asdict()
    return ", ".join(f"{name} {kept[name]} -> {counted[name]}" for name in kept if kept[name] != counted[name])


@ideas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(sorted(sources.PRESETS)), required=True, help="What kind of file it is.")
@click.option("--product", "key", required=True, help="The key of the product the ideas are about.")
@click.option("--origin", help="Where they come from, a short name: with it and its id an idea is brought in once.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, change nothing.")
def bring_in(file: Path, preset: str, key: str, origin: str | None, dry_run: bool) -> None:
    """Import the rows of FILE as ideas. Importing a file twice creates nothing twice."""
    kind = sources.PRESETS[preset]
    origin = _origin(kind, origin)
    product = _product(key)
    with force_locale("en"), _refusing_the_whole():
        columns, total = sheets.survey(sheets.on_disk(file))
        sheet = sheets.Sheet(sheets.on_disk(file))
        rows = sources.rows(kind, sheet, kind.guess(columns), running.modules_of(product.id))
        report = Path(current_app.instance_path) / f"import-{origin}.csv"
        outcome, notes = _bring_in(rows, total, origin, product, dry_run, report)
    word = "would be made" if dry_run else "made"
    click.echo(f"{word}: {outcome.made}; here already: {outcome.known}; refused: {outcome.refused}")
    for note, times in notes.most_common():
        click.echo(f"  {times} × {note}")
    click.echo(f"changed and refused rows, one by one: {report}")


@ideas.command("import-template")
def template() -> None:
    """Print a CSV file with the columns of the preset "csv" and two example rows."""
    click.echo("".join(csv_files.lines(*sources.template())), nl=False)


def _origin(preset: sources.Preset, given: str | None) -> str:
    origin = given or preset.origin
    if origin is None or not sources.is_origin(origin):
        raise click.BadParameter("a short name: small letters, digits and hyphens", param_hint="--origin")
    return origin


def _product(key: str) -> Product:
    product = db.session.scalar(select(Product).where(Product.key == key))
    if product is None:
        keys = ", ".join(db.session.scalars(select(Product.key).order_by(Product.key)))
        raise click.BadParameter(f"there is no product {key!r}; there are: {keys}", param_hint="--product")
    return product


@contextmanager
def _refusing_the_whole() -> Iterator[None]:
    """Report a fault of the whole file as an error of the command."""
    try:
        yield
    except WrongSheet as fault:
        raise click.ClickException(f"{gettext(fault.message, **fault.facts)} Nothing was changed.") from fault


def _bring_in(
    rows: Iterator[Row], total: int, origin: str, product: Product, dry_run: bool, report: Path
) -> tuple[ImportCounts, Counter[str]]:
    """Import chunk by chunk, each committed: a killed import loses at most one chunk, and a second run resumes it."""
    outcome, notes = ImportCounts(), Counter[str]()
    product_id = product.id
    report.parent.mkdir(parents=True, exist_ok=True)
    with report.open("w", encoding="utf-8", newline="") as file, click.progressbar(length=total, label="ideas") as bar:
        written = csv.writer(file)
        written.writerow(["line", "id", "what", "why"])
        db.session.commit()
        while some := list(islice(rows, running.CHUNK_SIZE)):
            with in_mode(Mode.WRITE):
                product = db.session.get_one(Product, product_id)
                outcome += inserting.import_rows(some, origin=origin, product=product, dry_run=dry_run)
                db.session.rollback() if dry_run else db.session.commit()
            time.sleep(running.PAUSE_SECONDS)
            for line, number, what, why in (told for row in some for told in _told(row)):
                notes.update([why] if what == "changed" else [])
                written.writerow([line, text.csv_cell(number), what, why])
            bar.update(len(some))
    return outcome, notes


def _told(row: Row) -> Iterator[tuple[int, str, str, str]]:
    """Return (line, id, status, reason) of a row that was refused or changed."""
    if isinstance(row, RejectedRow):
        yield row.line, row.external_id, "refused", gettext(row.reason.message, **row.reason.facts)
    else:
        for note in row.notes:
            yield row.line, row.external_id, "changed", gettext(note)
