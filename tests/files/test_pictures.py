"""Animations keep their timing; pictures that would cost much memory or time are refused before they are decoded."""

import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ideas.config import ROOT
from ideas.files import accepting, one_at_a_time, pictures
from ideas.files.accepting import ATTACHMENT, MB, PORTRAIT, UploadRule, accept
from ideas.files.one_at_a_time import TooManyUploads
from ideas.files.picture_parts import TooManyFrames, UnreadablePicture
from ideas.files.pictures import TooManyPixels

pytestmark = pytest.mark.engine_independent


def take(name: str, content: bytes, rule: UploadRule = ATTACHMENT) -> accepting.Accepted:
    return accept(BytesIO(content), name, rule)


def animation(kind: str, *, frames: int = 3, size: tuple[int, int] = (20, 20), **how) -> bytes:
    drawn = [Image.new("RGB", size, (place * 7 % 256, place % 256, 90)) for place in range(frames)]
    written = BytesIO()
    drawn[0].save(written, kind, save_all=True, append_images=drawn[1:], **how)
    return written.getvalue()


def photo(size: tuple[int, int], **how) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (90, 120, 30)).save(written, "JPEG", **how)
    return written.getvalue()


def durations(content: bytes) -> list[int]:
    found = []
    with Image.open(BytesIO(content)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            found.append(round(image.info["duration"]))
    return found


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_keeps_the_duration_of_each_frame(kind: str) -> None:
    taken = take(f"a.{kind.lower()}", animation(kind, duration=[80, 500, 40], loop=0))
    assert durations(taken.content) == [80, 500, 40]


def test_an_animation_that_plays_once_does_not_become_a_loop() -> None:
    for how, expected in (({}, None), ({"loop": 0}, 0), ({"loop": 3}, 3)):
        taken = take("a.gif", animation("GIF", duration=80, **how))
        with Image.open(BytesIO(taken.content)) as image:
            assert image.info.get("loop") == expected


def test_a_photo_of_50_megapixels_is_reduced_to_half_its_width_and_height() -> None:
    taken = take("a.jpg", photo((8600, 5800)))
    assert (taken.width, taken.height) == (4300, 2900)
    small = take("a.jpg", photo((4000, 3000)))
    assert (small.width, small.height) == (4000, 3000)


@pytest.mark.parametrize(
    ("size", "how"),
    [((9000, 6000), {}), ((5000, 4000), {"progressive": True})],
    ids=["more than 50 megapixels", "progressive: no row is complete before the end"],
)
def test_g04_a_photo_that_cannot_be_reduced_is_refused(size: tuple[int, int], how: dict[str, bool]) -> None:
    with pytest.raises(TooManyPixels):
        take("a.jpg", photo(size, **how))


def test_a_photo_that_contains_further_pictures_is_stored_as_one_jpeg() -> None:
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, "MPO", save_all=True, append_images=[Image.new("RGB", (20, 10))])
    taken = take("foto.jpg", written.getvalue())
    assert (taken.media_type, taken.width, taken.height) == ("image/jpeg", 40, 30)


def png(size: tuple[int, int], *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes((4 * size[0] + 1) * size[1]), 9)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def gif_with_comment(megabytes: int) -> bytes:
    blocks = (b"\xff" + b"x" * 255) * (megabytes * MB // 256)
    return animation("GIF")[:-1] + b"!\xfe" + blocks + b"\0;"


def gif_with_large_frame() -> bytes:
    """The header says one pixel; the second frame says 4 billion."""
    content = animation("GIF", size=(1, 1), frames=2)
    place = content.rindex(b",\0\0\0\0")
    return content[: place + 5] + b"\xff\xff\xff\xff" + content[place + 9 :]


def jpeg_with_segments(segments: int, segment: bytes) -> bytes:
    return b"\xff\xd8" + segment * segments + photo((40, 30))[2:]


HOSTILE: dict[str, tuple[str, Callable[[], bytes], type[Exception] | None]] = {
    "png of 50 megapixels": ("png", lambda: png((8600, 5800)), TooManyPixels),
    "gif of many frames": ("gif", lambda: animation("GIF", frames=400, size=(2, 2)), TooManyFrames),
    "webp of many frames": ("webp", lambda: animation("WEBP", frames=400, size=(2, 2)), TooManyFrames),
    "png of many frames": ("png", lambda: animation("PNG", frames=400, size=(2, 2)), TooManyFrames),
    "gif of many bytes in frames": ("gif", lambda: animation("GIF", frames=250, size=(300, 300)), TooManyPixels),
    "gif of many tiny blocks": ("gif", lambda: animation("GIF")[:-1] + b"!\xfe" + b"\1x" * 9_000_000, UnreadablePicture),
    "gif of unknown bytes": ("gif", lambda: animation("GIF")[:-1] + b"?" * 19_000_000, UnreadablePicture),
    "gif with a frame larger than itself": ("gif", gif_with_large_frame, TooManyPixels),
    "gif with a long comment": ("gif", lambda: gif_with_comment(18), None),
    "png of many chunks": ("png", lambda: png((2, 2), *[(b"teXt", b"")] * 1_500_000), UnreadablePicture),
    "png with much packed text": (
        "png", lambda: png((2, 2), *[(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000)))] * 60), None
    ),
    "jpeg of many segments": ("jpg", lambda: jpeg_with_segments(4_500_000, b"\xff\xe5\0\2"), UnreadablePicture),
    "jpeg with much metadata": ("jpg", lambda: jpeg_with_segments(300, b"\xff\xe1\xff\xffExif\0\0" + b"x" * 65527), None),
    "jpeg of many scans": (
        "jpg", lambda: photo((4000, 3900), progressive=True)[:-2] + b"\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" * 5000,
        UnreadablePicture,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_g04_a_hostile_picture_costs_at_most_a_second(name: str) -> None:
    extension, make, refusal = HOSTILE[name]
    content = make()
    assert len(content) < 20 * MB
    for rule in (ATTACHMENT, PORTRAIT):
        if rule is PORTRAIT and len(content) > rule.max_bytes:
            continue
        begun = time.process_time()
        if refusal is None:
            take(f"a.{extension}", content, rule)
        else:
            with pytest.raises(refusal):
                take(f"a.{extension}", content, rule)
        assert time.process_time() - begun < 1


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = [], []

    def redraw(content: bytes) -> pictures.Picture:
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return pictures.Picture(content, "image/png", 1, 1)

    rule = UploadRule(ATTACHMENT.extensions, MB, redraw)
    threads = [threading.Thread(target=take, args=("a.png", png((1, 1)), rule)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4
    monkeypatch.setattr(one_at_a_time, "WAIT_SECONDS", 0.01)
    with one_at_a_time.turn(), pytest.raises(TooManyUploads):
        take("a.png", png((1, 1)))


#: The peak is read from /proc, because `getrusage` counts the memory of the test process too.
MEASURE = """
import re, sys
from pathlib import Path
from ideas.files.accepting import ATTACHMENT, accept
from io import BytesIO
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
accept(BytesIO(Path(sys.argv[2]).read_bytes()), "a." + sys.argv[3], ATTACHMENT)
before = peak()
with open(sys.argv[1], "rb") as file:
    accept(file, "a." + sys.argv[3], ATTACHMENT)
print(peak() - before)
"""


def noise(size: tuple[int, int], kind: str, mode: str, **how) -> bytes:
    """A picture of random pixels in blocks of four, so that the file stays below the limit."""
    pixels = Image.frombytes(mode, (size[0] // 4, size[1] // 4), os.urandom(size[0] * size[1] // 16 * len(mode)))
    written = BytesIO()
    pixels.resize(size, Image.Resampling.NEAREST).save(written, kind, **how)
    return written.getvalue()


LARGEST: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": ("png", lambda: noise((4000, 4000), "PNG", "RGBA")),
    "webp": ("webp", lambda: noise((4000, 4000), "WEBP", "RGBA", quality=60, method=0)),
    "photo": ("jpg", lambda: noise((8600, 5800), "JPEG", "RGB", quality=70)),
    "progressive": ("jpg", lambda: noise((4000, 4000), "JPEG", "RGB", progressive=True, subsampling=0)),
    "animated gif": ("gif", lambda: animation("GIF", frames=40, size=(600, 600))),
    "animated webp": ("webp", lambda: animation("WEBP", frames=40, size=(600, 600), method=0)),
}


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_picture_stays_below_the_stated_memory(tmp_path: Path, name: str) -> None:
    extension, make = LARGEST[name]
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(photo((8, 8)) if extension == "jpg" else animation(extension.upper(), size=(8, 8)))
    large.write_bytes(make())
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(large), str(small), extension],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(measured.stdout) < pictures.MAX_MEMORY_BYTES, f"{int(measured.stdout) / 1e6:.0f} MB"
    print(name, int(measured.stdout) / 1e6)
