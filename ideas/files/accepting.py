"""Validate an uploaded file: not empty, not too large, and of the type that its name says.

Nothing is stored here. Reading and re-encoding are slow, and happen for one file at a time in each process: call this
before a transaction writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ideas.errors import N_, Refused
from ideas.files import archives, kinds, naming, one_at_a_time, pictures
from ideas.files.kinds import Family, FileKind
from ideas.files.pictures import Picture

MB = 1024 * 1024


class EmptyFile(Refused):
    """The file has no content."""

    message = N_("O arquivo está vazio.")
    status = 422


class TooLarge(Refused):
    """The file has more bytes than the rule allows."""

    message = N_("O arquivo passa de %(most)s MB. Diminua e envie de novo.")
    status = 422


class NotAccepted(Refused):
    """The rule does not allow this type of file."""

    message = N_("Este tipo de arquivo não é aceito aqui. Aceitos: %(kinds)s.")
    status = 422


class Misnamed(Refused):
    """The content does not match the extension."""

    message = N_(
        "O conteúdo deste arquivo não é o que o nome diz (%(ending)s). Salve-o de novo no formato certo e envie."
    )
    status = 422


@dataclass(frozen=True)
class UploadRule:
    """What one upload field accepts, and how its pictures are re-encoded."""

    extensions: frozenset[str]
    max_bytes: int
    redraw: Callable[[bytes], Picture] = pictures.redraw

    @property
    def accept(self) -> str:
        """The value of a file field's `accept` attribute."""
        return ",".join(f".{word}" for word in sorted(self.extensions))


#: Attachments: pictures, PDF, texts and logs, archives, office documents, short videos; 20 MB.
ATTACHMENT = UploadRule(kinds.ALL, 20 * MB)
#: A person's photo.
PORTRAIT = UploadRule(kinds.PICTURES, 10 * MB, pictures.redraw_as_portrait)
#: A sheet to import.
SHEET = UploadRule(kinds.SHEETS, 5 * MB)


@dataclass(frozen=True)
class Accepted:
    """A validated file, as it will be stored."""

    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def accept(upload: BinaryIO, name: str, rule: UploadRule) -> Accepted:
    """Validate the file, and re-encode it if it is a picture.

    Raises EmptyFile, TooLarge, NotAccepted, Misnamed, TooManyUploads, and the refusals of archives and pictures.
    """
    name = naming.safe_name(name)
    extension = naming.extension_of(name)
    if extension not in rule.extensions:
        raise NotAccepted(kinds=kinds.format_extensions(rule.extensions))
    kind = kinds.KINDS[extension]
    with one_at_a_time.turn():
        content = upload.read(rule.max_bytes + 1)
        if not content:
            raise EmptyFile
        if len(content) > rule.max_bytes:
            raise TooLarge(most=rule.max_bytes // MB)
        if kinds.family_of(content) is not kind.family:
            raise Misnamed(ending=extension.upper())
        return _check_and_redraw(name, content, kind, rule)


def _check_and_redraw(name: str, content: bytes, kind: FileKind, rule: UploadRule) -> Accepted:
    if kind.family is Family.ZIP:
        archives.inspect(content, kind.folder)
    if kind.family is Family.TEXT:
        return Accepted(name, f"{kind.media_type}; charset={kinds.charset_of([content])}", content)
    if not kind.is_picture:
        return Accepted(name, kind.media_type, content)
    picture = rule.redraw(content)
    return Accepted(name, picture.media_type, picture.content, picture.width, picture.height)
