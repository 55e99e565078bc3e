"""The open data of Decide Madrid: separated by `;`, dates as DD/MM/YYYY, descriptions in HTML, in Spanish."""

import re
from datetime import datetime

from ideas import text
from ideas.errors import N_
from ideas.imports.inserting import ImportedIdea
from ideas.imports.sources.presets import (
    Cells,
    Modules,
    Preset,
    PresetColumn,
    RowRejected,
    check_characters,
    notes,
    parse_date,
    parse_text,
    parse_title,
    parse_votes,
)


def _from_madrid(cells: Cells, modules: Modules) -> ImportedIdea:
    number = cells["id"].strip()
    if not re.fullmatch("[0-9]{1,18}", number):
        raise RowRejected(N_("O id não é um número."))
    title = parse_title(cells["title"])
    problem = parse_text(text.tidy(text.from_html(check_characters(cells["description"]))))
    withdrawn_at = _withdrawn_at(cells["retired_at"])
    return ImportedIdea(
        external_id=number,
        title=title,
        problem=problem,
        language="es",
        inherited=parse_votes(cells["cached_votes_up"]),
        published_at=parse_date(cells["created_at"]),
        withdrawn_at=withdrawn_at,
        notes=tuple(notes(title != cells["title"], problem is None, withdrawn_at is not None)),
    )


def _withdrawn_at(value: str) -> datetime | None:
    try:
        return parse_date(value) if value.strip() else None
    except RowRejected:
        raise RowRejected(N_("O momento em que foi retirada não se lê: “%(typed)s”."), typed=value[:30]) from None


PRESET = Preset(
    "decide-madrid",
    N_("Dados abertos do Decide Madrid"),
    tuple(
        PresetColumn(name, name, "", (name,), required=True)
        for name in ("id", "title", "description", "cached_votes_up", "created_at", "retired_at")
    ),
    _from_madrid,
    "decide-madrid",
)
