"""Re-encode pictures, so that only their pixels are stored.

This removes metadata such as place and camera (EXIF, XMP, comments, colour profiles), and any data hidden in the file.
One picture is decoded at a time (accepting.py), and needs at most MAX_MEMORY_BYTES.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from ideas.errors import N_, Refused
from ideas.files import picture_parts
from ideas.files.picture_parts import MAX_FRAMES, TooManyFrames, UnreadablePicture

#: Of all frames together.
MAX_PIXELS = 16_000_000
#: Of a JPEG that can be decoded at half its width and height: the largest photos of current phones.
MAX_REDUCIBLE_PIXELS = 50_000_000
#: What re-encoding any picture adds to the process, the file itself included. A test measures it.
MAX_MEMORY_BYTES = 450_000_000
#: The width and height of a person's photo: three times the largest size in which it is shown.
PORTRAIT_SIDE_PIXELS = 192
#: For a frame that does not say how long it is shown.
DEFAULT_DURATION_MS = 100
_QUALITY = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}, "PNG": {"compress_level": 4}}
_FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]

# We check the size before decoding; the library raises only above twice its limit, and warns below.
Image.MAX_IMAGE_PIXELS = None


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
    """Re-encode the picture upright in the same format. Raises UnreadablePicture, TooManyPixels, TooManyFrames.

    A JPEG of more than MAX_PIXELS is reduced to half its width and height.
    """
    try:
        image = _open(content)
        if image.width * image.height > MAX_PIXELS:
            image.draft(None, (image.width // 2, image.height // 2))
        if getattr(image, "n_frames", 1) > 1:
            return _redraw_animation(image)
        kind, upright = str(image.format), ImageOps.exif_transpose(image)
        # The decoder of a WebP holds two more copies of the picture.
        del image
        if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
            upright = upright.convert("RGB")
        return _encode(upright, kind)
    except Refused:
        raise
    except Exception:  # malformed files raise many kinds of errors
        raise UnreadablePicture from None


def redraw_as_portrait(content: bytes) -> Picture:
    """Crop the upright picture to a small square in WebP. Raises as `redraw`."""
    try:
        image = _open(content)
        # Decode a JPEG at a fraction of its size.
        image.draft("RGB", (2 * PORTRAIT_SIDE_PIXELS, 2 * PORTRAIT_SIDE_PIXELS))
        mode, upright = "RGBA" if image.has_transparency_data else "RGB", ImageOps.exif_transpose(image)
        del image
        upright = upright.convert(mode)
        return _encode(ImageOps.fit(upright, (PORTRAIT_SIDE_PIXELS, PORTRAIT_SIDE_PIXELS)), "WEBP")
    except Refused:
        raise
    except Exception:  # as above
        raise UnreadablePicture from None


def _open(content: bytes) -> Image.Image:
    essentials = picture_parts.essentials(content)
    limit = MAX_REDUCIBLE_PIXELS if essentials.is_reducible else MAX_PIXELS
    _check_pixels(essentials.pixels, limit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = Image.open(BytesIO(essentials.content), formats=_FORMATS)
    frames = getattr(image, "n_frames", 1)
    _check_pixels(image.width * image.height * frames, limit)
    if frames > MAX_FRAMES:
        raise TooManyFrames(most=MAX_FRAMES)
    return image


def _check_pixels(pixels: int, most: int) -> None:
    if pixels > most:
        raise TooManyPixels(megapixels=pixels // 1_000_000, most=most // 1_000_000)


def _redraw_animation(image: Image.Image) -> Picture:
    """Re-encode each frame with its own duration. A file that does not say how often it plays is played once."""
    kind, options = str(image.format), {key: image.info[key] for key in ("loop",) if key in image.info}
    frames, durations = zip(*_frames(image), strict=True)
    if image.info.get("default_image"):
        # A PNG's first picture, for programs that show no animations, is not a frame.
        options, durations = options | {"default_image": True}, durations[1:]
    options |= {"save_all": True, "append_images": frames[1:], "duration": list(durations)}
    return _encode(frames[0], kind, **options)


def _frames(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """Yield each frame and its duration in milliseconds."""
    for number, frame in enumerate(ImageSequence.Iterator(image), 1):
        if number > MAX_FRAMES:
            raise TooManyFrames(most=MAX_FRAMES)
        # WebP knows the duration of a frame only after decoding it.
        copied = frame.copy()
        duration = round(frame.info.get("duration", DEFAULT_DURATION_MS))
        yield _strip_metadata(copied), duration


def _encode(image: Image.Image, kind: str, **options: object) -> Picture:
    buffer = BytesIO()
    _strip_metadata(image).save(buffer, kind, **{**_QUALITY.get(kind, {}), **options})
    return Picture(buffer.getvalue(), f"image/{kind.lower()}", image.width, image.height)


def _strip_metadata(image: Image.Image) -> Image.Image:
    """Remove the metadata that the library would write, except the transparent colour."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image
