"""Validate archives by their directory, without unpacking them.

Refused: zip bombs, nested archives, links, names that lead out of the folder, and macros in documents whose extension
excludes them.
"""

import stat
import zipfile
from io import BytesIO
from zipfile import ZipInfo

from ideas.errors import N_, Refused
from ideas.files.naming import extension_of

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 1_000_000_000
_ENTRY_SIGNATURE = b"PK\x01\x02"
_ARCHIVE_EXTENSIONS = {"zip", "7z", "rar", "gz", "bz2", "xz", "tar", "tgz", "jar", "iso", "cab"}


class UnsafeArchive(Refused):
    """The archive could harm the person who opens it, or is damaged."""

    message = N_(
        "Este arquivo compactado não é aceito: está danificado, é grande demais por dentro "
        "ou guarda outro compactado. Envie os arquivos separados."
    )
    status = 422


class NotTheDocument(Refused):
    """An archive, but not the type of document that its name says."""

    message = N_("O conteúdo deste arquivo não é o que o nome diz. Salve-o de novo no formato certo e envie.")
    status = 422


def inspect(content: bytes, folder: str | None) -> None:
    """Raise UnsafeArchive, or NotTheDocument if `folder` is given and the archive does not contain it."""
    # Count before parsing: a directory of a million entries takes seconds.
    if content.count(_ENTRY_SIGNATURE) > MAX_ENTRIES:
        raise UnsafeArchive
    entries = _entries(content)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES or any(map(_is_unsafe_entry, entries)):
        raise UnsafeArchive
    names = [entry.filename for entry in entries]
    if folder is not None and not any(name.startswith(folder) for name in names):
        raise NotTheDocument
    if folder is not None and any(name.endswith("vbaProject.bin") for name in names):
        raise NotTheDocument


def _entries(content: bytes) -> list[ZipInfo]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return archive.infolist()
    except Exception:  # a malformed directory raises many kinds of errors
        raise UnsafeArchive from None


def _is_unsafe_entry(entry: ZipInfo) -> bool:
    parts = entry.filename.replace("\\", "/").split("/")
    leads_out = parts[0] == "" or ":" in parts[0] or ".." in parts
    return leads_out or stat.S_ISLNK(entry.external_attr >> 16) or extension_of(parts[-1]) in _ARCHIVE_EXTENSIONS
