"""Where ideas are brought in from, by preset: the columns of its files, and a row read, checked and made safe.

presets        what every format shares
own_list       the portal's own list in CSV, for any other system
decide_madrid  the open data of Decide Madrid
"""

import re

from ideas.imports.sources import decide_madrid, own_list
from ideas.imports.sources.own_list import template
from ideas.imports.sources.presets import Column, Preset, rows

PRESETS: dict[str, Preset] = {preset.key: preset for preset in (own_list.PRESET, decide_madrid.PRESET)}


def is_origin(word: str) -> bool:
    """Whether a word may name an origin: small letters, digits and hyphens, at most 40."""
    return len(word) <= 40 and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", word) is not None


__all__ = ["PRESETS", "Column", "Preset", "is_origin", "rows", "template"]
