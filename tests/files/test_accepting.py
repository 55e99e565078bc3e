"""Validation of uploads: each harmful file is refused or made harmless."""

import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from ideas.errors import Refused
from ideas.files import accepting, naming
from ideas.files.accepting import ATTACHMENT, MB, PORTRAIT, SHEET, EmptyFile, Misnamed, NotAccepted, TooLarge, accept
from ideas.files.archives import NotTheDocument, UnsafeArchive
from ideas.files.kinds import PICTURES
from ideas.files.pictures import TooManyPixels, UnreadablePicture

pytestmark = pytest.mark.engine_independent


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **how) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(written, kind, **how)
    return written.getvalue()


def archive(entries: dict[str, bytes] | None = None, *infos: zipfile.ZipInfo) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (entries or {}).items():
            made.writestr(name, content)
        for info in infos:
            made.writestr(info, b"x")
    return written.getvalue()


def take(name: str, content: bytes, rule=ATTACHMENT):
    return accept(BytesIO(content), name, rule)


@contextmanager
def memory_below(max_bytes: int) -> Iterator[None]:
    """Fail if the block allocates more memory than this."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < max_bytes
    finally:
        tracemalloc.stop()


def test_common_attachments_are_accepted() -> None:
    sheet = archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    for name, content, media_type in [
        ("tela.png", picture(), "image/png"),
        ("foto.JPG", picture("JPEG"), "image/jpeg"),
        ("foto.jfif", picture("JPEG"), "image/jpeg"),
        ("manual.pdf", b"%PDF-1.7\n%x", "application/pdf"),
        ("erro.log", "Falha às 10h\x1b[0m\n".encode(), "text/plain; charset=utf-8"),
        ("antigo.txt", "não há memória".encode("cp1252"), "text/plain; charset=windows-1252"),
        ("largo.txt", "não".encode("utf-16"), "text/plain; charset=utf-16"),
        ("planilha.xlsx", sheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("tudo.zip", archive({"logs/a.log": b"x" * 5000, "b.xlsx": sheet}), "application/zip"),
        ("video.mp4", b"\0\0\0\x18ftypisom\0", "video/mp4"),
    ]:
        taken = take(name, content)
        assert (taken.name, taken.media_type) == (name, media_type)


def test_g01_v5_2_1_a_file_may_have_20_megabytes_and_not_one_byte_more() -> None:
    assert len(take("a.txt", b"a" * (20 * MB)).content) == 20 * MB
    with pytest.raises(TooLarge) as refused:
        take("a.txt", b"a" * (20 * MB + 1))
    assert refused.value.facts == {"most": 20}
    with pytest.raises(EmptyFile):
        take("a.txt", b"")


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\xef\xbb\xbf \n"])
def test_a_pdf_may_begin_with_a_byte_order_mark_or_white_space(before: bytes) -> None:
    assert take("manual.pdf", before + b"%PDF-1.7\n%x").media_type == "application/pdf"
    with pytest.raises(Misnamed):
        take("manual.txt", before + b"%PDF-1.7\n%x")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nota.pdf", b"\xef\xbb\xbf<html>%PDF-"),
        ("nota.pdf", b"\n\xef\xbb\xbfGIF89a%PDF-"),
        ("foto.png", picture("JPEG")),
        ("foto.png", b"<html><script>alert(1)</script>"),
        ("nota.pdf", b"<html>%PDF-"),
        ("nota.txt", b"MZ\x90\0\3\0\0\0"),
        ("nota.txt", b"%PDF-1.7"),
        ("planilha.csv", archive({"a": b"b"})),
        ("planilha.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("video.mp4", b"#!/bin/sh\nftyp"),
    ],
)
def test_g02_v5_2_2_content_that_does_not_match_the_extension_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Misnamed):
        take(name, content)


@pytest.mark.parametrize(
    "name", ["x.exe", "nota.pdf.exe", "a.svg", "a.html", "a.js", "a", ".png", "a.png\0.php", "x.docm"]
)
def test_g02_g03_v1_3_4_executable_types_are_refused(name: str) -> None:
    for content in (picture(), b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'):
        with pytest.raises(NotAccepted):
            take(name, content)


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "PNG", "WEBP"])
def test_g02_a_polyglot_picture_loses_its_hidden_data(kind: str) -> None:
    extension = "jpg" if kind == "JPEG" else kind.lower()
    hidden = b"*/=1;alert(document.cookie)//" + archive({"evil.sh": b"rm -rf /"})
    taken = take(f"a.{extension}", picture(kind) + hidden)
    assert b"alert" not in taken.content
    assert b"evil.sh" not in taken.content
    assert (taken.width, taken.height) == (40, 30)


def test_g04_v5_2_3_harmful_archives_are_refused_without_unpacking() -> None:
    link = zipfile.ZipInfo("ligacao")
    link.external_attr = 0o120777 << 16
    bomb = archive({str(place): b"\0" * 20_000_000 for place in range(3)})
    bomb = bomb.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 2_000_000_000))
    harmful = [
        bomb,
        archive({str(place): b"" for place in range(10_000)}),
        archive({"dentro.zip": archive({"a": b"b"})}),
        archive({"../../etc/passwd": b"x"}),
        archive({"/etc/passwd": b"x"}),
        archive({"C:\\windows\\a": b"x"}),
        archive(None, link),
        archive({"a": b"b"})[:-10],
        b"PK\3\4" + os.urandom(400),
    ]
    for content in harmful:
        with memory_below(30 * MB), pytest.raises(UnsafeArchive):
            take("a.zip", content)
    for content in (
        archive({"a": b"b"}),
        archive({"xl/a": b"x"}),
        archive({"word/a": b"x", "word/vbaProject.bin": b"x"}),
    ):
        with pytest.raises(NotTheDocument):
            take("a.docx", content)


def test_g04_v5_2_6_a_pixel_bomb_is_refused_before_decoding() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    for rule in (ATTACHMENT, PORTRAIT):
        with pytest.raises(TooManyPixels):
            take("a.png", bomb, rule)
    frames = [Image.new("P", (3000, 3000), place) for place in range(7)]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(TooManyPixels):
        take("a.gif", written.getvalue())


def test_g04_malformed_pictures_are_refused_without_a_crash() -> None:
    whole = {"png": picture(), "jpg": picture("JPEG"), "gif": picture("GIF"), "webp": picture("WEBP")}
    dice = __import__("random").Random(7)
    for ending, content in whole.items():
        damaged = [content[: len(content) // 2], content[:20], content[:12] + b"\xff" * 60]
        for _ in range(40):
            letters = bytearray(content)
            for _ in range(6):
                letters[dice.randrange(12, len(letters))] = dice.randrange(256)
            damaged.append(bytes(letters))
        for broken in damaged:
            for rule in (ATTACHMENT, PORTRAIT):
                try:
                    take(f"a.{ending}", broken, rule)
                except Refused as refusal:
                    assert type(refusal) in {UnreadablePicture, TooManyPixels, Misnamed}  # noqa: PT017


def with_metadata(kind: str) -> bytes:
    """Return a picture with metadata: place, author and camera."""
    image = Image.new("RGB", (40, 30), (1, 2, 3))
    exif = image.getexif()
    exif[0x010F] = "CameraSecreta"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "S", 2: (23.0, 33.0, 1.0)})
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", "CameraSecreta")
    how = {"exif": exif, "icc_profile": b"CameraSecreta" * 20}
    if kind == "PNG":
        how["pnginfo"] = about
    if kind in {"JPEG", "WEBP"}:
        how["xmp"] = b"CameraSecreta"
    if kind == "JPEG":
        how["comment"] = b"CameraSecreta"
    if kind == "GIF":
        how = {"comment": b"CameraSecreta"}
    written = BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("rule", [ATTACHMENT, PORTRAIT], ids=["attachment", "portrait"])
def test_g11_the_metadata_of_a_picture_is_removed(kind: str, rule) -> None:
    content = with_metadata(kind)
    assert b"CameraSecreta" in content, "the test picture must contain it"
    taken = take(f"foto.{kind.lower()}", content, rule)
    assert b"CameraSecreta" not in taken.content
    with Image.open(BytesIO(taken.content)) as image:
        assert not image.getexif()
        assert not {"icc_profile", "comment", "xmp", "exif"} & set(image.info)
    if rule is ATTACHMENT and kind != "GIF":
        assert (taken.width, taken.height) == (30, 40), "rotated by its EXIF orientation, which is removed"


def test_a_photo_is_cropped_to_a_small_square(tmp_path) -> None:
    for size in ((4000, 3000), (10, 900), (1, 1)):
        taken = take("eu.jpg", picture("JPEG", size), PORTRAIT)
        assert (taken.width, taken.height, taken.media_type) == (192, 192, "image/webp")
        assert len(taken.content) < 40_000
    clear = BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(clear, "PNG")
    assert Image.open(BytesIO(take("eu.png", clear.getvalue(), PORTRAIT).content)).mode == "RGBA"


def test_pictures_of_every_mode_are_re_encoded() -> None:
    for mode, kind in [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("I;16", "PNG")]:
        written = BytesIO()
        Image.new(mode, (12, 12)).save(written, kind)
        for rule in (ATTACHMENT, PORTRAIT):
            assert take(f"a.{kind.lower()}", written.getvalue(), rule).width in {12, 192}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\nota.pdf", "nota.pdf"),
        ("nota\u202efdp.exe.txt", "notafdp.exe.txt"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("CON.txt", "_CON.txt"),
        ("..", "arquivo"),
        ("", "arquivo"),
        ("???", "arquivo"),
        ('relatório "final" 100%.csv', "relatório _final_ 100_.csv"),
        ("ação.pdf".encode().decode(), "ação.pdf"),
        (" . nota.pdf . ", "nota.pdf"),
    ],
)
def test_g05_a_file_name_is_made_safe(typed: str, expected: str) -> None:
    assert naming.safe_name(typed) == expected


def test_g05_a_long_name_keeps_its_extension() -> None:
    name = naming.safe_name("x" * 300 + ".pdf")
    assert (len(name), name[-4:]) == (120, ".pdf")
    assert len(naming.safe_name("é" * 2000)) == 120


def test_each_upload_rule_lists_its_extensions() -> None:
    assert PORTRAIT.accept == ".gif,.jfif,.jpeg,.jpg,.png,.webp"
    assert accepting.ATTACHMENT.extensions > PICTURES
    with pytest.raises(NotAccepted) as refused:
        take("foto.png", picture(), SHEET)
    assert refused.value.facts == {"kinds": "CSV, XLSX"}
