"""Build the static files: one style sheet, one script and the icons, with a hash of the content in each name.

`build()` reads `static/` and writes to another folder. The files of `static/css/` are joined in the order of their
cascade layers; those of `static/js/` are joined into portal.js, each in a block of its own. The files of
`static/css/pages/` and `static/js/pages/` stay separate, for the pages that load them.
"""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import lightningcss
from markupsafe import Markup

LAYERS = ("reset", "tokens", "base", "layout", "components", "pages", "utilities")
#: File types to compress; pictures already are.
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest", ".txt", ".json"}

_OPENING = re.compile(r"\s*(?:/\*.*?\*/\s*)*@layer\s+([\w-]+)\s*\{", re.DOTALL)


class BadAsset(ValueError):
    """A file in `static/` is invalid; the message says why."""


@dataclass(frozen=True)
class Assets:
    """The built files: fingerprinted names by plain name, and the names of the icons."""

    folder: Path
    names: Mapping[str, str]
    #: Each icon's `<symbol>`, with the id "icon-" and its name.
    symbols: Mapping[str, str]

    def url(self, name: str) -> str:
        """Return the address of an asset by its plain name ("portal.css"). Raises KeyError."""
        return "/assets/" + self.names[name]

    def icon(self, name: str, size: int = 20) -> Markup:
        """Draw an icon, which screen readers skip. It refers to a symbol of the page (icons.py). Raises LookupError."""
        key = (name, size)
        if key not in self._icons:
            self._icons[key] = self._render_icon(name, size)
        return self._icons[key]

    @cached_property
    def _icons(self) -> dict[tuple[str, int], Markup]:
        return {}

    def _render_icon(self, name: str, size: int) -> Markup:
        if name not in self.symbols:
            raise LookupError(f"static/icons.svg has no icon {name!r}")
        return Markup('<svg width="{0}" height="{0}" aria-hidden="true"><use href="#icon-{1}"/></svg>').format(
            size, name
        )


def build(static: Path, target: Path, brand_hue: int) -> Assets:
    """Write every asset of `static` to `target`.

    The name changes if, and only if, the content does: files are never overwritten, browsers may cache them forever,
    and several processes may build at once. Text files also get a .gz and a .br version.
    """
    target.mkdir(parents=True, exist_ok=True)
    contents = {
        "portal.css": _main_style_sheet(static / "css", brand_hue).encode(),
        "portal.js": "".join(_script(file) for file in sorted((static / "js").glob("*.js"))).encode(),
        **{file.name: _page_style_sheet(file).encode() for file in sorted((static / "css" / "pages").glob("*.css"))},
        **{file.name: _script(file).encode() for file in sorted((static / "js" / "pages").glob("*.js"))},
        **{file.name: _with_brand_hue(file, brand_hue) for file in sorted(static.iterdir()) if file.is_file()},
    }
    names = {name: _store(target, name, content) for name, content in contents.items()}
    return Assets(target, names, _symbols(contents["icons.svg"].decode()))


def _symbols(sprite: str) -> dict[str, str]:
    found = re.findall(r'<symbol id="([\w-]+)" ([^>]*/>|[^>]*>.*?</symbol>)', sprite, re.DOTALL)
    return {name: f'<symbol id="icon-{name}" {rest}' for name, rest in found}


def _main_style_sheet(folder: Path, brand_hue: int) -> str:
    """Join the style sheets by layer and name, after the order of the layers; add the brand's hue."""
    files = [(_layer(file), file.name, file.read_text("utf-8")) for file in folder.glob("*.css")]
    parts = [text for _, _, text in sorted(files, key=lambda file: (LAYERS.index(file[0]), file[1]))]
    hue = f"@layer tokens{{:root{{--brand-hue:{brand_hue}}}}}"
    return minify("\n".join([f"@layer {','.join(LAYERS)};", *parts, hue]))


def _page_style_sheet(file: Path) -> str:
    """Return a style sheet for single pages. It needs a layer too; portal.css defines their order."""
    _layer(file)
    return minify(file.read_text("utf-8"))


def _layer(file: Path) -> str:
    opening = _OPENING.match(file.read_text("utf-8"))
    if opening is None or opening[1] not in LAYERS:
        raise BadAsset(f"{file} must begin with @layer and one of: {', '.join(LAYERS)}")
    return opening[1]


def minify(css: str) -> str:
    """Minify a style sheet. Raises BadAsset if it does not parse."""
    try:
        return lightningcss.process_stylesheet(css, minify=True)
    except ValueError as fault:
        raise BadAsset(f"a style sheet does not parse: {fault}") from fault


def _script(file: Path) -> str:
    """Wrap a script in a block; remove indentation and whole-line comments."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return "{\n" + "\n".join(line for line in lines if line and not line.startswith("//")) + "\n}\n"


def _with_brand_hue(file: Path, brand_hue: int) -> bytes:
    """Return the file's content. In an SVG, insert the brand's hue, because style sheets do not apply to it."""
    content = file.read_bytes()
    return content.replace(b"var(--brand-hue)", str(brand_hue).encode()) if file.suffix == ".svg" else content


def _store(target: Path, name: str, content: bytes) -> str:
    """Write the file and its compressed versions; return the fingerprinted name."""
    stem, dot, ending = name.rpartition(".")
    fingerprinted = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}{dot}{ending}"
    if Path(name).suffix in COMPRESSIBLE:
        _write_once(target / (fingerprinted + ".gz"), lambda: gzip.compress(content, 9, mtime=0))
        _write_once(target / (fingerprinted + ".br"), lambda: brotli.compress(content))
    _write_once(target / fingerprinted, lambda: content)
    return fingerprinted


def _write_once(path: Path, content: Callable[[], bytes]) -> None:
    """Write the file atomically, unless it exists. The temporary file is outside the served folder."""
    if path.exists():
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent.parent, prefix=".asset-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
