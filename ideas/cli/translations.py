"""`bin/portal translations update`: update the catalogues to the sentences that code and templates mark.

Babel's own commands do it; pyproject.toml says how each kind of file is read.
"""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from flask.cli import AppGroup

from ideas.config import ROOT

CATALOGUES = ROOT / "ideas" / "translations"
LANGUAGES = ("pt_BR", "es", "en")

translations = AppGroup("translations", help="The three languages' catalogues.")


@translations.command("update")
def update() -> None:
    """Add new sentences to the catalogues and drop unused ones; translate the new ones by hand."""
    logging.getLogger("babel").propagate = False  # it prints its messages itself
    with TemporaryDirectory() as folder:
        template = _extract(Path(folder))
        # One call per language: Babel would carry a translation over from one catalogue to the next.
        for language in LANGUAGES:
            _babel("update", "--input-file", str(template), "--output-dir", str(CATALOGUES), "--locale", language,
                   "--width=120", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")  # fmt: skip
    for language in LANGUAGES[1:]:
        _babel("compile", "--directory", str(CATALOGUES), "--locale", language, "--statistics")


def marked() -> Catalog:
    """Extract the sentences that code and templates mark."""
    with TemporaryDirectory() as folder, _extract(Path(folder)).open("rb") as template:
        return read_po(template)


def _extract(folder: Path) -> Path:
    template = folder / "messages.pot"
    # Babel would skip folders whose name begins with "_".
    _babel("--quiet", "extract", "--mapping-file", str(ROOT / "pyproject.toml"), "--keywords", "lazy_gettext",
           "--ignore-dirs", ".* __pycache__", "--no-location", "--sort-output", "--output-file", str(template),
           str(ROOT / "ideas"), str(ROOT / "templates"))  # fmt: skip
    return template


def _babel(*arguments: str) -> None:
    CommandLineInterface().run(["pybabel", *arguments])
