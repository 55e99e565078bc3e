"""Whether a file may come in: not empty, not too large, and what its name says it is.

No row and no byte is written here. Reading and drawing take long: do it before a transaction writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ideas.errors import N_, Refused
from ideas.files import archives, kinds, naming, pictures
from ideas.files.kinds import Family, Kind
from ideas.files.pictures import Picture

MB = 1024 * 1024


class EmptyFile(Refused):
    """Nothing in it."""

    message = N_("O arquivo está vazio.")
    status = 422


class TooLarge(Refused):
    """More bytes than this place takes."""

    message = N_("O arquivo passa de %(most)s MB. Diminua e envie de novo.")
    status = 422


class NotAccepted(Refused):
    """A kind that this place does not take."""

    message = N_("Este tipo de arquivo não é aceito aqui. Aceitos: %(kinds)s.")
    status = 422


class Misnamed(Refused):
    """The content is not what the extension says."""

    message = N_(
        "O conteúdo deste arquivo não é o que o nome diz (%(ending)s). Salve-o de novo no formato certo e envie."
    )
    status = 422


@dataclass(frozen=True)
class Rule:
    """What one place takes: extensions, bytes at most, and how pictures are drawn again."""

    takes: frozenset[str]
    most: int
    draw: Callable[[bytes], Picture] = pictures.redrawn

    @property
    def accept(self) -> str:
        """For the `accept` of a file field."""
        return ",".join(f".{word}" for word in sorted(self.takes))


#: Attachments: pictures, PDF, texts and logs, archives, office documents, short videos; 20 MB.
ATTACHMENT = Rule(kinds.ALL, 20 * MB)
#: A person's photo.
PORTRAIT = Rule(kinds.PICTURES, 10 * MB, pictures.portrait)
#: A sheet to import.
SHEET = Rule(kinds.SHEETS, 5 * MB)


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept, as it will be kept."""

    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def accept(sent: BinaryIO, name: str, rule: Rule) -> Accepted:
    """The file, judged; pictures drawn again.

    Raises EmptyFile, TooLarge, NotAccepted, Misnamed, and what archives and pictures raise.
    """
    name = naming.own_name(name)
    ending = naming.ending_of(name)
    if ending not in rule.takes:
        raise NotAccepted(kinds=kinds.in_words(rule.takes))
    content = sent.read(rule.most + 1)
    if not content:
        raise EmptyFile
    if len(content) > rule.most:
        raise TooLarge(most=rule.most // MB)
    kind = kinds.KINDS[ending]
    if kinds.family_of(content) is not kind.family:
        raise Misnamed(ending=ending.upper())
    return _judged(name, content, kind, rule)


def _judged(name: str, content: bytes, kind: Kind, rule: Rule) -> Accepted:
    if kind.family is Family.ZIP:
        archives.inspect(content, kind.folder)
    if not kind.is_picture:
        return Accepted(name, kind.media_type, content)
    picture = rule.draw(content)
    return Accepted(name, picture.media_type, picture.content, picture.width, picture.height)
