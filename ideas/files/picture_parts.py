"""Keep the parts of a picture file that make the picture, before the library reads it.

The library walks through comments, profiles and frames in Python, and joins them piece by piece: a few megabytes of
them cost it minutes. The parts are counted here, and everything that is not stored anyway is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ideas.errors import N_, Refused

#: Parts of a file: chunks of a PNG, segments of a JPEG, blocks of a GIF. A GIF of 20 MB needs 80,000.
MAX_PARTS = 100_000
#: A progressive JPEG has about ten scans. Each of them costs a pass over the whole picture.
MAX_SCANS = 32
MAX_FRAMES = 300


class UnreadablePicture(Refused):
    """The file cannot be decoded as a picture."""

    message = N_("Não foi possível ler esta imagem. Ela pode estar danificada: abra-a, salve de novo e envie.")
    status = 422


class TooManyFrames(Refused):
    """The animation would take too long to re-encode."""

    message = N_("Esta animação tem quadros demais (o limite é %(most)s). Encurte-a e envie de novo.")
    status = 422


@dataclass(frozen=True)
class Essentials:
    """A picture file without metadata, and what must be known before it is decoded."""

    content: bytes
    #: The area that all frames of a GIF cover; 0 if the library's header says it.
    pixels: int = 0
    #: Whether it is a JPEG that can be decoded row by row, and smaller than it is.
    is_reducible: bool = False


def essentials(content: bytes) -> Essentials:
    """Return the parts that make the picture. Raises UnreadablePicture, TooManyFrames."""
    if content.startswith(b"\x89PNG"):
        return Essentials(_join(content, 8, _png_chunks(content)))
    if content.startswith(b"GIF8"):
        return _gif(content)
    return _jpeg(content) if content.startswith(b"\xff\xd8") else Essentials(content)


#: What Pillow needs of a PNG: the picture, its transparency, its frames and its orientation.
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf"}


def _png_chunks(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each chunk that is needed."""
    start = 8
    for _ in range(MAX_PARTS):
        if start >= len(content):
            return
        end = start + 12 + int.from_bytes(content[start : start + 4], "big")
        name = content[start + 4 : start + 8]
        if name in _PNG_CHUNKS:
            yield start, end
        if name == b"IEND":
            return
        start = end
    raise UnreadablePicture


def _gif(content: bytes) -> Essentials:
    """Frames may exceed the size in the header, so the area is that of the largest."""
    kept: list[tuple[int, int]] = []
    width, height = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    frames, position = 0, 13 + _palette_size(content, 10)
    beginning = position
    steps = iter(range(MAX_PARTS))
    for _ in steps:
        start, mark = position, content[position : position + 1]
        if mark in {b"", b";"}:
            break
        if mark == b"!":
            position = _end_of_blocks(content, start + 2, steps)
            is_loop = content[start + 1 : start + 14] == b"\xff\x0bNETSCAPE2.0"
            if is_loop or content[start + 1 : start + 2] == b"\xf9":
                kept.append((start, position))
        elif mark == b",":
            left, top, wide, high = (
                int.from_bytes(content[at : at + 2], "little") for at in range(start + 1, start + 9, 2)
            )
            frames, width, height = frames + 1, max(width, left + wide), max(height, top + high)
            position = _end_of_blocks(content, start + 11 + _palette_size(content, start + 9), steps)
            kept.append((start, position))
        else:
            # The library skips unknown bytes too.
            position += 1
        if frames > MAX_FRAMES:
            raise TooManyFrames(most=MAX_FRAMES)
    else:
        raise UnreadablePicture
    return Essentials(_join(content, beginning, iter(kept)) + b";", width * height * max(frames, 1))


def _palette_size(content: bytes, at: int) -> int:
    """Return the bytes of the palette that the flags at this position announce."""
    flags = content[at] if at < len(content) else 0
    return 3 << ((flags & 7) + 1) if flags & 128 else 0


def _end_of_blocks(content: bytes, position: int, steps: Iterator[int]) -> int:
    """Return the position after a chain of data blocks, each with its length in front."""
    for _ in steps:
        length = content[position] if position < len(content) else 0
        position += 1 + length
        if not length:
            return position
    raise UnreadablePicture


_START_OF_SCAN = 0xDA
_STARTS_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> Essentials:
    """Of the application segments keep JFIF, Adobe (both say how colours are stored) and EXIF (the orientation)."""
    kept, seen = list[tuple[int, int]](), set[bytes]()
    is_sequential, components, position = False, 0, 2
    for _ in range(MAX_PARTS):
        mark = content[position + 1] if position + 1 < len(content) else 0
        if content[position : position + 1] != b"\xff" or position + 4 > len(content):
            raise UnreadablePicture
        if mark in {0xFF, 0x00}:
            position += 1 if mark == 0xFF else 2
            continue
        end = position + 2 + int.from_bytes(content[position + 2 : position + 4], "big")
        if mark == _START_OF_SCAN:
            if content.count(b"\xff\xda", position) > MAX_SCANS:
                raise UnreadablePicture
            is_interleaved = content[position + 4 : position + 5] == bytes([components])
            header = _join(content, 2, iter(kept))
            return Essentials(header + content[position:], is_reducible=is_sequential and is_interleaved)
        if mark in _STARTS_OF_FRAME:
            is_sequential, components = mark in {0xC0, 0xC1}, content[position + 9] if position + 9 < end else 0
        name = content[position + 4 : position + 8]
        is_metadata = mark == 0xFE or 0xE0 <= mark <= 0xEF
        if not is_metadata or (name in {b"JFIF", b"Adob", b"Exif"} and name not in seen):
            kept.append((position, end))
            seen.add(name)
        position = end
    raise UnreadablePicture


def _join(content: bytes, beginning: int, places: Iterator[tuple[int, int]]) -> bytes:
    whole = memoryview(content)
    return b"".join([whole[:beginning], *(whole[start:end] for start, end in places)])
