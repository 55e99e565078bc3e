"""Re-encode pictures, so that only their pixels are stored.

This removes metadata such as place and camera (EXIF, XMP, comments, colour profiles), and any data hidden in the file.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from ideas.errors import N_, Refused

MAX_PIXELS = 50_000_000
#: The width and height of a person's photo: three times the largest size in which it is shown.
PORTRAIT_SIDE_PIXELS = 192
_QUALITY = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}, "PNG": {"compress_level": 4}}
_FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]

# We check the size before decoding; the library raises only above twice its limit, and warns below.
Image.MAX_IMAGE_PIXELS = None


class UnreadablePicture(Refused):
    """The file cannot be decoded as a picture."""

    message = N_("Não foi possível ler esta imagem. Ela pode estar danificada: abra-a, salve de novo e envie.")
    status = 422


class TooManyPixels(Refused):
    """The picture would use too much memory when decoded."""

    message = N_(
        "Esta imagem tem pontos demais (%(megapixels)s milhões; o limite é %(most)s). Diminua e envie de novo."
    )
    status = 422


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture."""

    content: bytes
    media_type: str
    width: int
    height: int


def redraw(content: bytes) -> Picture:
    """Re-encode the picture upright in the same format. Raises UnreadablePicture, TooManyPixels."""
    try:
        with _open(content) as image:
            return _redraw_animation(image) if getattr(image, "n_frames", 1) > 1 else _redraw_still(image)
    except Refused:
        raise
    except Exception:  # malformed files raise many kinds of errors
        raise UnreadablePicture from None


def redraw_as_portrait(content: bytes) -> Picture:
    """Crop the upright picture to a small square in WebP. Raises as `redraw`."""
    try:
        with _open(content) as image:
            # Decode a JPEG at a fraction of its size.
            image.draft("RGB", (2 * PORTRAIT_SIDE_PIXELS, 2 * PORTRAIT_SIDE_PIXELS))
            upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
            return _encode(ImageOps.fit(upright, (PORTRAIT_SIDE_PIXELS, PORTRAIT_SIDE_PIXELS)), "WEBP")
    except Refused:
        raise
    except Exception:  # as above
        raise UnreadablePicture from None


def _open(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = Image.open(BytesIO(content), formats=_FORMATS)
    pixels = image.width * image.height * getattr(image, "n_frames", 1)
    if pixels > MAX_PIXELS:
        raise TooManyPixels(megapixels=pixels // 1_000_000, most=MAX_PIXELS // 1_000_000)
    return image


def _redraw_still(image: Image.Image) -> Picture:
    kind = str(image.format)
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    return _encode(upright, kind)


def _redraw_animation(image: Image.Image) -> Picture:
    kind, times = str(image.format), image.info.get("loop", 0)
    pause = image.info.get("duration", 100)
    frames = [_strip_metadata(frame.copy()) for frame in ImageSequence.Iterator(image)]
    return _encode(frames[0], kind, save_all=True, append_images=frames[1:], loop=times, duration=pause)


def _encode(image: Image.Image, kind: str, **options: object) -> Picture:
    buffer = BytesIO()
    _strip_metadata(image).save(buffer, kind, **{**_QUALITY.get(kind, {}), **options})
    return Picture(buffer.getvalue(), f"image/{kind.lower()}", image.width, image.height)


def _strip_metadata(image: Image.Image) -> Image.Image:
    """Remove the metadata that the library would write, except the transparent colour."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image
