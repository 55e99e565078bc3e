"""The README lists every setting, and every text is translated."""

import re

import pytest

from ideas.cli import translations
from ideas.config import Settings
from tests.architecture.source_files import IDEAS, ROOT, source

pytestmark = pytest.mark.engine_independent


def test_the_readme_lists_every_setting() -> None:
    readme = source(ROOT / "README.md")
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))
    assert rows == {name.upper() for name in Settings.__dataclass_fields__}


def test_every_text_exists_in_three_languages() -> None:
    """Each text marked in code or templates has a translation in es and en that is not fuzzy."""
    from babel.messages.pofile import read_po

    found = (message.id for message in translations.marked() if message.id)
    marked = {id if isinstance(id, str) else id[0] for id in found}
    for language in ("es", "en"):
        with (IDEAS / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            catalogue = read_po(file)
        translated = {
            message.id[0] if isinstance(message.id, tuple) else message.id
            for message in catalogue
            if message.id
            and not message.fuzzy
            and all([message.string] if isinstance(message.string, str) else message.string)
        }
        assert sorted(marked - translated) == [], f"missing in {language}"
