"""The colours of static/css/tokens.css can be read: contrast as WCAG 2.2 computes it, light and dark."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest

from ideas.config import ROOT

pytestmark = pytest.mark.engine_independent

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
STATUSES = ("new", "under_review", "needs_info", "planned", "in_progress", "delivered", "declined", "already_exists")
SCHEMES = ("light", "dark")
#: A vendor may choose any hue.
HUES = range(0, 360, 15)

PAIR = re.compile(
    r"--([\w-]+): light-dark\(oklch\(([^)(]*(?:\([^)]*\))?[^)(]*)\), oklch\(([^)(]*(?:\([^)]*\))?[^)(]*)\)\);"
)
COLOURS = {name: dict(zip(SCHEMES, values, strict=True)) for name, *values in PAIR.findall(TOKENS)}


def luminance(name: str, scheme: str, hue: int = 205) -> float:
    """The relative luminance of a token as a screen shows it: OKLCH to linear sRGB, clipped to what sRGB has."""
    lightness, chroma, angle = COLOURS[name][scheme].replace("var(--brand-hue)", str(hue)).split("/")[0].split()
    light, a = float(lightness), float(chroma) * cos(radians(float(angle)))
    b = float(chroma) * sin(radians(float(angle)))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, scheme: str, hue: int = 205) -> float:
    darker, lighter = sorted([luminance(one, scheme, hue), luminance(other, scheme, hue)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_knows_black_on_white() -> None:
    COLOURS["black"] = {"light": "0 0 0", "dark": "0 0 0"}
    assert contrast("black", "surface", "light") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["raised", "surface", "wash", "paper", "sunken"])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "danger"])
def test_texts_can_be_read_on_every_ground(ink: str, ground: str, scheme: str) -> None:
    assert contrast(ink, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_can_be_read_on_its_tint(status: str, scheme: str) -> None:
    assert contrast(f"{status}-ink", f"{status}-tint", scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_statuses_are_equally_light(scheme: str) -> None:
    for part in ("tint", "ink"):
        assert len({COLOURS[f"{status}-{part}"][scheme].split()[0] for status in STATUSES}) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("status", STATUSES)
def test_what_people_read_in_a_tinted_notice_can_be_read(status: str, scheme: str) -> None:
    assert contrast("ink", f"{status}-tint", scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ink", ["ink", "ink-2", "danger"])
def test_errors_can_be_read_on_their_tint(ink: str, scheme: str) -> None:
    assert contrast(ink, "danger-tint", scheme) >= 4.5
    assert contrast("on-danger", "danger", scheme) >= 4.5
    assert contrast("on-danger", "danger-hover", scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("hue", HUES)
def test_any_vendors_hue_can_be_read(hue: int, scheme: str) -> None:
    for ink, ground in [
        ("on-brand", "brand"),
        ("on-brand", "brand-hover"),
        ("brand", "surface"),
        ("brand", "paper"),
        ("brand", "brand-tint"),
        ("ink", "brand-tint"),
        ("ink-2", "brand-tint"),
    ]:
        assert contrast(ink, ground, scheme, hue) >= 4.5, (ink, ground)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["raised", "surface", "paper", "sunken"])
@pytest.mark.parametrize("line", ["focus", "line-strong"])
def test_focus_and_the_edges_of_fields_can_be_seen(line: str, ground: str, scheme: str) -> None:
    assert contrast(line, ground, scheme) >= 3


def test_every_colour_names_its_light_and_its_dark_once() -> None:
    assert TOKENS.count("light-dark(") == len(COLOURS) - ("black" in COLOURS)


def test_no_other_style_sheet_has_a_colour_of_its_own() -> None:
    strangers = {
        f"{file.name}: {found}"
        for file in Path(ROOT / "static" / "css").rglob("*.css")
        if file.name not in {"tokens.css", "print.css"}
        for found in re.findall(
            r"#[0-9a-f]{3,8}\b(?=[^{]*;)|\b(?:oklch|rgb|hsl|light-dark)\(", file.read_text(encoding="utf-8")
        )
    }
    assert strangers == set()
