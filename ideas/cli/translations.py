"""`bin/portal translations`: bring the catalogues in step with the sentences that code and templates mark."""

from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from ideas.config import ROOT

CATALOGUES = ROOT / "ideas" / "translations"
#: How each kind of file is read; a template that can't be read is an error, not an empty one.
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")]
OPTIONS = {pattern: {"silent": "false"} for pattern, method in METHODS if method == "jinja2"}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
#: The same at every run, so that a catalogue changes only with its sentences.
HEADER = """\
# The portal's sentences in {language}, by the Portuguese ones that mark them.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

translations = AppGroup("translations", help="The three languages' catalogues.")


@translations.command("update")
def update() -> None:
    """Add new sentences to the catalogues and drop the lost ones; fill in the new ones by hand."""
    for language in ("pt_BR", "es", "en"):
        path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path, language)
        catalogue.update(_marked(), no_fuzzy_matching=True)  # which keeps the very messages: each language its own
        if language == "pt_BR":
            _fill_in_plurals(catalogue)
        _write(path, catalogue)
        click.echo(f"{path.relative_to(ROOT)}: {_count_empty(catalogue)} to fill in")


def _marked() -> Catalog:
    marked = Catalog()
    for folder in ("ideas", "templates"):
        found = extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=_is_ours
        )  # fmt: skip
        for _file, _line, message, _comments, context in found:
            marked.add(message, context=context)
    return marked


def _is_ours(folder: str) -> bool:
    """Babel alone would pass over the folders that begin with "_"."""
    return not Path(folder).name.startswith((".", "__pycache__"))


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _fill_in_plurals(catalogue: Catalog) -> None:
    """In Portuguese a sentence is its own translation; gettext asks for both numbers all the same."""
    for message in catalogue:
        if message.id and message.pluralizable:
            message.string = message.id


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(language=catalogue.locale_identifier, plurals=catalogue.plural_forms)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=120, sort_output=True, no_location=True, omit_header=True, ignore_obsolete=True)


def _count_empty(catalogue: Catalog) -> int:
    """How many sentences would still show in Portuguese; in the Portuguese catalogue they are meant to."""
    if catalogue.locale_identifier == "pt_BR":
        return 0
    return sum(bool(message.id) and not _is_filled_in(message) for message in catalogue)


def _is_filled_in(message: Message) -> bool:
    words = message.string or ""
    return bool(words) and all([words] if isinstance(words, str) else words)
