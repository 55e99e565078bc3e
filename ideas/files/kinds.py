"""The accepted file types: extension, signature and media type.

The extension and the content must agree. Browsers show only pictures, which are re-encoded; other files are sent as
attachments.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """The type of a file according to its content."""

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
class FileKind:
    """One file type: the family of its content, and the media type it is served with."""

    family: Family
    media_type: str
    #: For an office document, the folder that its archive must contain.
    folder: str | None = None

    @property
    def is_picture(self) -> bool:
        return self.family in {Family.PNG, Family.JPEG, Family.GIF, Family.WEBP}


TEXT_PLAIN = "text/plain"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

#: extension -> kind
KINDS = {
    "png": FileKind(Family.PNG, "image/png"),
    "jpg": FileKind(Family.JPEG, "image/jpeg"),
    "jpeg": FileKind(Family.JPEG, "image/jpeg"),
    "jfif": FileKind(Family.JPEG, "image/jpeg"),
    "gif": FileKind(Family.GIF, "image/gif"),
    "webp": FileKind(Family.WEBP, "image/webp"),
    "pdf": FileKind(Family.PDF, "application/pdf"),
    "docx": FileKind(Family.ZIP, _OFFICE + "wordprocessingml.document", "word/"),
    "xlsx": FileKind(Family.ZIP, _OFFICE + "spreadsheetml.sheet", "xl/"),
    "pptx": FileKind(Family.ZIP, _OFFICE + "presentationml.presentation", "ppt/"),
    "odt": FileKind(Family.ZIP, _OPEN + "text", "content.xml"),
    "ods": FileKind(Family.ZIP, _OPEN + "spreadsheet", "content.xml"),
    "zip": FileKind(Family.ZIP, "application/zip"),
    "doc": FileKind(Family.OLE, "application/msword"),
    "xls": FileKind(Family.OLE, "application/vnd.ms-excel"),
    "ppt": FileKind(Family.OLE, "application/vnd.ms-powerpoint"),
    "mp4": FileKind(Family.MP4, "video/mp4"),
    "webm": FileKind(Family.WEBM, "video/webm"),
    **{word: FileKind(Family.TEXT, TEXT_PLAIN) for word in ("txt", "log", "csv", "xml", "json", "sql", "ini")},
}
PICTURES = frozenset(word for word, kind in KINDS.items() if kind.is_picture)
SHEETS = frozenset({"csv", "xlsx"})
ALL = frozenset(KINDS)
#: The encodings that spreadsheets and editors write, as charsets of HTTP. Python knows them under the same names.
UTF_8, UTF_16, WINDOWS_1252 = "utf-8", "utf-16", "windows-1252"
#: Every type that a file is served with. Texts that were stored before their encoding was recorded have no charset.
SERVED_TYPES = {kind.media_type for kind in KINDS.values()} | {
    f"{TEXT_PLAIN}; charset={charset}" for charset in (UTF_8, UTF_16, WINDOWS_1252)
}


def family_of(content: bytes) -> Family | None:
    """Return the family by the first bytes; TEXT if there are no control characters; None for anything else."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Family.WEBP
    if content[4:8] == b"ftyp":
        return Family.MP4
    # Some programs write a byte order mark or a blank line first, and readers of PDF accept it.
    if content[:_MAX_BYTES_BEFORE_PDF].removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\f").startswith(b"%PDF-"):
        return Family.PDF
    found = next((family for family, beginning in _SIGNATURES if content.startswith(beginning)), None)
    return found or (Family.TEXT if _is_text(content) else None)


_SIGNATURES = [
    (Family.PNG, b"\x89PNG\r\n\x1a\n"),
    (Family.JPEG, b"\xff\xd8\xff"),
    (Family.GIF, b"GIF87a"),
    (Family.GIF, b"GIF89a"),
    (Family.ZIP, b"PK\x03\x04"),
    (Family.OLE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (Family.WEBM, b"\x1a\x45\xdf\xa3"),
]
_MAX_BYTES_BEFORE_PDF = 1024
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Control characters that occur in texts and terminal logs.
_ALLOWED_CONTROLS = bytes([7, 8, 9, 10, 11, 12, 13, 27])
_FORBIDDEN_CONTROLS = bytes(code for code in range(32) if code not in _ALLOWED_CONTROLS)


def _is_text(content: bytes) -> bool:
    """Return whether there is no forbidden control character. A byte order mark announces UTF-16."""
    if content.startswith(_UTF16_MARKS):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            return False
    return len(content.translate(None, _FORBIDDEN_CONTROLS)) == len(content)


def charset_of(pieces: Iterable[bytes]) -> str:
    """Return the encoding of a text: UTF-16 by its mark, UTF-8 if all of it is, else what Windows writes in the West.

    The first piece must have at least two bytes if the text has.
    """
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        for number, piece in enumerate(pieces):
            if not number and piece.startswith(_UTF16_MARKS):
                return UTF_16
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WINDOWS_1252
    return UTF_8


def format_extensions(words: Iterable[str]) -> str:
    """Format extensions for people: "CSV, XLSX"."""
    return ", ".join(sorted({word.upper() for word in words} - {"JPEG", "JFIF"}))
