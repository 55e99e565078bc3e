"""Pictures, drawn again: what is kept holds pixels and nothing else.

So where and with which camera it was taken is gone (EXIF, XMP, comments, colour profiles), and so is
whatever was hidden behind or inside it.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from ideas.errors import N_, Refused

MOST_PIXELS = 50_000_000
#: The side of a person's photo: thrice the largest that is shown.
PORTRAIT = 192
_QUALITY = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}, "PNG": {"compress_level": 4}}
_FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]

# We ask the size ourselves, before a pixel is read; the library only warns below twice its limit.
Image.MAX_IMAGE_PIXELS = None


class UnreadablePicture(Refused):
    """No picture could be drawn from it."""

    message = N_("Não foi possível ler esta imagem. Ela pode estar danificada: abra-a, salve de novo e envie.")
    status = 422


class TooManyPixels(Refused):
    """It would fill the memory when opened."""

    message = N_(
        "Esta imagem tem pontos demais (%(megapixels)s milhões; o limite é %(most)s). Diminua e envie de novo."
    )
    status = 422


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    media_type: str
    width: int
    height: int


def redrawn(content: bytes) -> Picture:
    """The same picture, upright, in the same format. Raises UnreadablePicture, TooManyPixels."""
    try:
        with _opened(content) as image:
            return _animation(image) if getattr(image, "n_frames", 1) > 1 else _still(image)
    except Refused:
        raise
    except Exception:  # each format's reader raises whatever a malformed file makes it stumble over
        raise UnreadablePicture from None


def portrait(content: bytes) -> Picture:
    """A person's photo: its upright middle, square and small, in WebP. Raises as `redrawn`."""
    try:
        with _opened(content) as image:
            # A JPEG is then read at a fraction of its size.
            image.draft("RGB", (2 * PORTRAIT, 2 * PORTRAIT))
            upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
            return _kept(ImageOps.fit(upright, (PORTRAIT, PORTRAIT)), "WEBP")
    except Refused:
        raise
    except Exception:  # as above
        raise UnreadablePicture from None


def _opened(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = Image.open(BytesIO(content), formats=_FORMATS)
    pixels = image.width * image.height * getattr(image, "n_frames", 1)
    if pixels > MOST_PIXELS:
        raise TooManyPixels(megapixels=pixels // 1_000_000, most=MOST_PIXELS // 1_000_000)
    return image


def _still(image: Image.Image) -> Picture:
    kind = str(image.format)
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    return _kept(upright, kind)


def _animation(image: Image.Image) -> Picture:
    kind, times = str(image.format), image.info.get("loop", 0)
    pause = image.info.get("duration", 100)
    frames = [_bare(frame.copy()) for frame in ImageSequence.Iterator(image)]
    return _kept(frames[0], kind, save_all=True, append_images=frames[1:], loop=times, duration=pause)


def _kept(image: Image.Image, kind: str, **how: object) -> Picture:
    written = BytesIO()
    _bare(image).save(written, kind, **{**_QUALITY.get(kind, {}), **how})
    return Picture(written.getvalue(), f"image/{kind.lower()}", image.width, image.height)


def _bare(image: Image.Image) -> Image.Image:
    """The picture without what the library would write along; which colour is clear remains."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image
