"""A real wave of spam: security probes of 8 and 9 March 2025 among the proposals of Decide Madrid.

wave.csv holds all proposals from the 7th to the 10th, without descriptions (open data of the Ayuntamiento
de Madrid). It is loaded by an ordinary import.
"""

from pathlib import Path

from sqlalchemy import select

from ideas.board.models import Idea
from ideas.db import db
from ideas.files import sheets
from ideas.imports import inserting, sources
from ideas.imports.inserting import ImportedIdea
from ideas.products.models import Product

FILE = Path(__file__).with_name("wave.csv")
FIRST, LAST = "2025-03-08", "2025-03-09"
#: The genuine proposals of those two days.
GENUINE = frozenset(
    ("37822", "37840", "37939", "37941", "37942", "37974", "37976", "37977", "37980", "37981")
)  # fmt: skip
PROBES = 82


def import_wave(file: Path = FILE) -> tuple[list[Idea], list[Idea]]:
    """Import the file; return the probes and the other ideas."""
    preset, sheet = sources.PRESETS["decide-madrid"], sheets.Sheet(sheets.on_disk(file))
    rows = [
        row for row in sources.rows(preset, sheet, preset.guess(sheet.columns), {}) if isinstance(row, ImportedIdea)
    ]
    product = db.session.scalars(select(Product).where(Product.key == "erp")).one()
    inserting.insert_ideas(rows, origin="decide-madrid", product=product)
    ideas = db.session.scalars(select(Idea).where(Idea.origin == "decide-madrid").order_by(Idea.id)).all()
    probes = [idea for idea in ideas if _is_probe(idea)]
    assert len(probes) == PROBES
    return probes, [idea for idea in ideas if not _is_probe(idea)]


def _is_probe(idea: Idea) -> bool:
    return f"{idea.published_at:%Y-%m-%d}" in {FIRST, LAST} and idea.external_id not in GENUINE
