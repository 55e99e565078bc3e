"""The portal's colours as hex, for mail programs, which support neither OKLCH nor custom properties.

They equal those in static/css/tokens.css, in light and dark; brand colours follow BRAND_HUE.
"""

from collections.abc import Mapping
from math import cos, radians, sin
from typing import NamedTuple


class Oklch(NamedTuple):
    """Lightness, chroma and hue; None is the brand's hue."""

    lightness: float
    chroma: float
    hue: float | None = None


#: token -> (light, dark)
TOKENS = {
    "surface": (Oklch(1, 0, 0), Oklch(0.222, 0.012, 255)),
    "paper": (Oklch(0.975, 0.004, 90), Oklch(0.19, 0.011, 255)),
    "line": (Oklch(0.905, 0.007, 90), Oklch(0.335, 0.014, 255)),
    "ink-2": (Oklch(0.46, 0.018, 250), Oklch(0.77, 0.01, 250)),
    "ink": (Oklch(0.25, 0.02, 250), Oklch(0.945, 0.005, 90)),
    "brand": (Oklch(0.45, 0.085), Oklch(0.79, 0.09)),
    "on-brand": (Oklch(0.99, 0.005), Oklch(0.2, 0.03)),
}


def palettes(brand_hue: int) -> dict[str, Mapping[str, str]]:
    """Return the "light" and the "dark" palette: hex colours by token name, with underscores ("on_brand")."""
    return {
        scheme: {name.replace("-", "_"): to_hex(tones[index], brand_hue) for name, tones in TOKENS.items()}
        for index, scheme in enumerate(("light", "dark"))
    }


def to_hex(colour: Oklch, brand_hue: int) -> str:
    """Return the colour as #rrggbb, with each channel clipped to sRGB."""
    hue = radians(brand_hue if colour.hue is None else colour.hue)
    a, b = colour.chroma * cos(hue), colour.chroma * sin(hue)
    # OKLab to LMS to linear sRGB (Ottosson, 2020).
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma_encode(channel)):02x}" for channel in linear)


def _gamma_encode(linear: float) -> float:
    """Clip a linear channel to 0..1 and apply the sRGB gamma."""
    clipped = min(max(linear, 0.0), 1.0)
    return 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
