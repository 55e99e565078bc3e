"""Archives, judged by what they say they hold; nothing is unpacked.

Refused: bombs, archives within archives, links, names that lead out of their folder, and macros in
documents whose name promises none.
"""

import stat
import zipfile
from io import BytesIO
from zipfile import ZipInfo

from ideas.errors import N_, Refused
from ideas.files.naming import ending_of

MOST_ENTRIES = 2_000
MOST_UNPACKED = 1_000_000_000
_ENTRY = b"PK\x01\x02"
_ARCHIVES = {"zip", "7z", "rar", "gz", "bz2", "xz", "tar", "tgz", "jar", "iso", "cab"}


class UnsafeArchive(Refused):
    """It could harm whoever opens it, or can't be read."""

    message = N_(
        "Este arquivo compactado não é aceito: está danificado, é grande demais por dentro "
        "ou guarda outro compactado. Envie os arquivos separados."
    )
    status = 422


class NotTheDocument(Refused):
    """An archive, but not the document that its name says."""

    message = N_("O conteúdo deste arquivo não é o que o nome diz. Salve-o de novo no formato certo e envie.")
    status = 422


def inspect(content: bytes, folder: str | None) -> None:
    """Raise UnsafeArchive or, when it lacks that folder (or file) of an office document, NotTheDocument."""
    # Counted before it is read: reading a directory of a million entries takes seconds.
    if content.count(_ENTRY) > MOST_ENTRIES:
        raise UnsafeArchive
    entries = _entries(content)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(_is_unsafe, entries)):
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
    except Exception:  # the reader raises whatever a malformed directory makes it stumble over
        raise UnsafeArchive from None


def _is_unsafe(entry: ZipInfo) -> bool:
    parts = entry.filename.replace("\\", "/").split("/")
    leads_out = parts[0] == "" or ":" in parts[0] or ".." in parts
    return leads_out or stat.S_ISLNK(entry.external_attr >> 16) or ending_of(parts[-1]) in _ARCHIVES
