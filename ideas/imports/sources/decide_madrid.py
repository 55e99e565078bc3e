"""The open data of Decide Madrid: `;`-separated, dates DD/MM/YYYY, descriptions in HTML, in Spanish."""

import re
from datetime import UTC, datetime

from ideas import text
from ideas.errors import N_
from ideas.imports.inserting import Incoming
from ideas.imports.sources.presets import (
    Cells,
    Column,
    Modules,
    Preset,
    Refusal,
    accepted,
    notes,
    published,
    text_of,
    title_of,
    votes,
)


def _from_madrid(cells: Cells, modules: Modules) -> Incoming:
    if not re.fullmatch("[0-9]{1,18}", cells["id"]):
        raise Refusal(N_("O id não é um número."))
    title = title_of(cells["title"])
    problem = text_of(text.tidy(text.from_html(accepted(cells["description"]))))
    withdrawn_at = _moment(cells["retired_at"]) if cells["retired_at"] else None
    return Incoming(
        external_id=cells["id"],
        title=title,
        problem=problem,
        language="es",
        inherited=votes(cells["cached_votes_up"]),
        published_at=published(cells["created_at"]),
        withdrawn_at=withdrawn_at,
        notes=tuple(notes(title != cells["title"], problem is None, withdrawn_at is not None)),
    )


def _moment(typed: str) -> datetime:
    try:
        return datetime.strptime(typed, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        raise Refusal(N_("O momento em que foi retirada não se lê: “%(typed)s”."), typed=typed[:30]) from None


PRESET = Preset(
    "decide-madrid",
    N_("Dados abertos do Decide Madrid"),
    tuple(
        Column(name, name, "", (name,), required=True)
        for name in ("id", "title", "description", "cached_votes_up", "created_at", "retired_at")
    ),
    _from_madrid,
    "decide-madrid",
)
