"""`bin/portal translations`: bring the catalogues in step with the sentences that code and templates mark."""

import tempfile
from pathlib import Path

import click
from babel.messages.frontend import CommandLineInterface
from flask.cli import AppGroup

from ideas.config import ROOT

CATALOGUES = ROOT / "ideas" / "translations"
#: Which files hold marked sentences, and how each is read.
MAPPING = """
[python: ideas/**.py]
[jinja2: templates/**.html]
[jinja2: templates/**.txt]
[jinja2: templates/**.xml]
"""

translations = AppGroup("translations", help="The three languages' catalogues.")


@translations.command("update")
def update() -> None:
    """Add new sentences to the catalogues and mark the lost ones obsolete; fill them in by hand."""
    with tempfile.TemporaryDirectory() as folder:
        mapping, template = Path(folder, "mapping.ini"), Path(folder, "messages.pot")
        mapping.write_text(MAPPING, encoding="utf-8")
        _babel("extract", "--sort-by-file", "--no-location", "--omit-header", "-F", mapping, "-k", "N_",
               "-k", "lazy_gettext", "-o", template, ".")  # fmt: skip
        for language in ("pt_BR", "es", "en"):
            known = (CATALOGUES / language / "LC_MESSAGES" / "messages.po").exists()
            _babel("update" if known else "init", *(["--no-fuzzy-matching", "--omit-header"] if known else []),
                   "-i", template, "-d", CATALOGUES, "-l", language)  # fmt: skip
    click.echo("ideas/translations: now fill in the empty ones of es and en")


def _babel(*words: object) -> None:
    CommandLineInterface().run(["pybabel", "-q", *map(str, words)])  # type: ignore[no-untyped-call]
