"""The file formats, called presets: their columns, and how a row is parsed and validated.

presets        shared by all formats
own_list       the portal's own CSV format, for any other system
decide_madrid  the open data of Decide Madrid
"""

import re

from ideas.imports.sources import decide_madrid, own_list
from ideas.imports.sources.own_list import template
from ideas.imports.sources.presets import Preset, PresetColumn, rows

PRESETS: dict[str, Preset] = {preset.key: preset for preset in (own_list.PRESET, decide_madrid.PRESET)}


def is_origin(word: str) -> bool:
    """Whether the word is a valid origin: lower case letters, digits and hyphens, at most 40 characters."""
    return len(word) <= 40 and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", word) is not None


__all__ = ["PRESETS", "Preset", "PresetColumn", "is_origin", "rows", "template"]
