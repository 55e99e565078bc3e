"""What a file may be called: the person's own words, without anything that could mislead or harm."""

import re
import unicodedata

LONGEST = 120
#: Names that Windows keeps for itself, with whatever ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')


def own_name(typed: str) -> str:
    """The last part of a path, without control or direction characters, at most 120 long, its ending kept.

    Where nothing is left it is "arquivo".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", typed[-1000:]))[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    words = " ".join(_FORBIDDEN.sub("_", shown).split()).strip(". ")
    if not words or not words.strip("_"):
        return "arquivo"
    return _cut("_" + words if _RESERVED.fullmatch(words) else words)


def ending_of(name: str) -> str:
    """The extension in lower case, without its dot; "" when there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def _cut(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST:
        return name
    return (
        name[:LONGEST] if not dot or len(ending) > 10 else stem[: LONGEST - len(ending) - 1].rstrip(". ") + dot + ending
    )
