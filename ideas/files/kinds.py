"""What files there are: how each is called, how its content begins, as what it is served.

The extension and the content must agree. Nothing here is run or shown by a browser but pictures,
which are drawn again; the rest is handed over for saving.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What the content itself shows a file to be."""

    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    PDF = "pdf"
    ZIP = "zip"
    OLE = "ole"
    MP4 = "mp4"
    WEBM = "webm"
    TEXT = "text"


@dataclass(frozen=True)
class Kind:
    """One sort of file: its content's family and what it is served as."""

    family: Family
    media_type: str
    #: In an office document, the folder that its archive must hold.
    folder: str | None = None

    @property
    def is_picture(self) -> bool:
        return self.family in {Family.PNG, Family.JPEG, Family.GIF, Family.WEBP}


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

#: extension -> kind
KINDS = {
    "png": Kind(Family.PNG, "image/png"),
    "jpg": Kind(Family.JPEG, "image/jpeg"),
    "jpeg": Kind(Family.JPEG, "image/jpeg"),
    "gif": Kind(Family.GIF, "image/gif"),
    "webp": Kind(Family.WEBP, "image/webp"),
    "pdf": Kind(Family.PDF, "application/pdf"),
    "docx": Kind(Family.ZIP, _OFFICE + "wordprocessingml.document", "word/"),
    "xlsx": Kind(Family.ZIP, _OFFICE + "spreadsheetml.sheet", "xl/"),
    "pptx": Kind(Family.ZIP, _OFFICE + "presentationml.presentation", "ppt/"),
    "odt": Kind(Family.ZIP, _OPEN + "text", "content.xml"),
    "ods": Kind(Family.ZIP, _OPEN + "spreadsheet", "content.xml"),
    "zip": Kind(Family.ZIP, "application/zip"),
    "doc": Kind(Family.OLE, "application/msword"),
    "xls": Kind(Family.OLE, "application/vnd.ms-excel"),
    "ppt": Kind(Family.OLE, "application/vnd.ms-powerpoint"),
    "mp4": Kind(Family.MP4, "video/mp4"),
    "webm": Kind(Family.WEBM, "video/webm"),
    **{word: Kind(Family.TEXT, "text/plain") for word in ("txt", "log", "csv", "xml", "json", "sql", "ini")},
}
PICTURES = frozenset(word for word, kind in KINDS.items() if kind.is_picture)
SHEETS = frozenset({"csv", "xlsx"})
ALL = frozenset(KINDS)


def family_of(content: bytes) -> Family | None:
    """What the content is, by its first bytes; text when nothing in it contradicts; None for anything else."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Family.WEBP
    if content[4:8] == b"ftyp":
        return Family.MP4
    found = next((family for family, beginning in _BEGINNINGS if content.startswith(beginning)), None)
    return found or (Family.TEXT if _is_text(content) else None)


_BEGINNINGS = [
    (Family.PNG, b"\x89PNG\r\n\x1a\n"),
    (Family.JPEG, b"\xff\xd8\xff"),
    (Family.GIF, b"GIF87a"),
    (Family.GIF, b"GIF89a"),
    (Family.PDF, b"%PDF-"),
    (Family.ZIP, b"PK\x03\x04"),
    (Family.OLE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (Family.WEBM, b"\x1a\x45\xdf\xa3"),
]
_WIDE = (b"\xff\xfe", b"\xfe\xff")
#: Control characters that texts and terminal logs do hold.
_HARMLESS = bytes([7, 8, 9, 10, 11, 12, 13, 27])
_CONTROLS = bytes(code for code in range(32) if code not in _HARMLESS)


def _is_text(content: bytes) -> bool:
    """No control character that a text has not; UTF-16 says itself that it is."""
    if content.startswith(_WIDE):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            return False
    return len(content.translate(None, _CONTROLS)) == len(content)


def in_words(words: Iterable[str]) -> str:
    """The extensions as people say them: "CSV, XLSX"."""
    return ", ".join(sorted({word.upper() for word in words} - {"JPEG"}))
