"""Emails use the style sheet's colours in the configured hue, with sufficient contrast."""

import re
from dataclasses import replace

import pytest

from ideas.config import ROOT
from ideas.outbox import colours, composing
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording

pytestmark = pytest.mark.engine_independent


def test_tokens_equal_the_style_sheet() -> None:
    sheet = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    for name, tones in colours.TOKENS.items():
        found = re.search(rf"--{name}: light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);", sheet)
        assert found, name
        hues = ["var(--brand-hue)" if tone.hue is None else f"{tone.hue:g}" for tone in tones]
        said = [f"{tone.lightness:g} {tone.chroma:g} {hue}" for tone, hue in zip(tones, hues, strict=True)]
        assert list(found.groups()) == said, name


@pytest.mark.parametrize(("hue", "light", "dark"), [(205, "#00626c", "#6ecbd6"), (30, "#7e4238", "#efa598")])
def test_button_has_the_configured_hue(monkeypatch: pytest.MonkeyPatch, hue: int, light: str, dark: str) -> None:
    """The expected hex values are those that Chromium computes from the style sheet."""
    settings = replace(composing.mail_settings().settings, brand_hue=hue)
    monkeypatch.setattr(composing, "_mail_settings", replace(composing.mail_settings(), settings=settings))
    action = Wording("Ideias", endpoint="ideas.index")
    email = Email(to="ana@exemplo.example", subject=Wording("Oi"), paragraphs=[Wording("Oi.")], action=action)
    page = composing.compose(email).get_body(("html",))
    assert page is not None
    source = page.get_content()
    assert f'bgcolor="{light}"' in source
    assert f'style="background: {light};' in source
    assert source.count("<style") == 1, "only dark mode needs a style sheet"
    assert f".button {{ background: {dark} !important; }}" in source


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_sufficient_in_every_hue(scheme: str) -> None:
    for hue in range(360):
        palette = colours.palettes(hue)[scheme]
        pairs = [("on_brand", "brand"), ("ink", "surface"), ("ink", "paper"), ("ink_2", "surface"), ("ink_2", "paper")]
        for above, below in pairs:
            assert contrast(palette[above], palette[below]) >= 4.5, (hue, above, below)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
