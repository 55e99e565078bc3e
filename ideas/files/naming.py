"""Make file names safe: keep the person's words, remove what could mislead or harm."""

import re
import unicodedata

MAX_NAME_LENGTH = 120
#: Names that Windows reserves, with any extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')


def safe_name(name: str) -> str:
    """Return the last part of a path, without control or direction characters, at most 120 characters long.

    The extension is kept. If nothing is left, the name is "arquivo".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-1000:]))[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    words = " ".join(_FORBIDDEN.sub("_", shown).split()).strip(". ")
    if not words or not words.strip("_"):
        return "arquivo"
    return _truncate("_" + words if _RESERVED.fullmatch(words) else words)


def extension_of(name: str) -> str:
    """Return the extension in lower case without its dot, or "" if there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def _truncate(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if len(name) <= MAX_NAME_LENGTH:
        return name
    if not dot or len(extension) > 10:
        return name[:MAX_NAME_LENGTH]
    return stem[: MAX_NAME_LENGTH - len(extension) - 1].rstrip(". ") + dot + extension
