"""What a browser loads beside the page: one style sheet, one script, the icons, under names made of their content.

`static/` is read, `build()` writes. Each file of `static/css/` opens its own cascade layer and takes
its place by it; each file of `static/js/` becomes a scope of portal.js. Those of `static/css/pages/` and
`static/js/pages/` stay files of their own, for the few pages that load them. Whatever else lies in
`static/` keeps its name.
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
#: Kinds that shrink when compressed; pictures already are.
TEXTS = {".css", ".js", ".svg", ".webmanifest", ".txt", ".json"}

_OPENING = re.compile(r"\s*(?:/\*.*?\*/\s*)*@layer\s+([\w-]+)\s*\{", re.DOTALL)


class BadAsset(ValueError):
    """A file of `static/` can't be built, and why."""


@dataclass(frozen=True)
class Assets:
    """What was built: each plain name's fingerprinted name, and the icons there are."""

    folder: Path
    names: Mapping[str, str]
    #: Each icon's `<symbol>`, with the id "icon-" and its name.
    symbols: Mapping[str, str]

    def url(self, name: str) -> str:
        """The address of an asset by its plain name ("portal.css"); KeyError if there is none."""
        return "/assets/" + self.names[name]

    def icon(self, name: str, size: int = 20) -> Markup:
        """Draw an icon, which screen readers skip. It refers to a symbol of the page (icons.py). Raises LookupError."""
        key = (name, size)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, size)
        return self._drawn[key]

    @cached_property
    def _drawn(self) -> dict[tuple[str, int], Markup]:
        return {}

    def _draw(self, name: str, size: int) -> Markup:
        if name not in self.symbols:
            raise LookupError(f"static/icons.svg has no icon {name!r}")
        return Markup('<svg width="{0}" height="{0}" aria-hidden="true"><use href="#icon-{1}"/></svg>').format(
            size, name
        )


def build(static: Path, target: Path, brand_hue: int) -> Assets:
    """Write every asset of `static` into `target` and say where each is.

    A name changes with its content and only then, so a file once written is never touched again and
    may be cached for ever; several processes may build at once. Each text has .gz and .br beside it.
    """
    target.mkdir(parents=True, exist_ok=True)
    made = {
        "portal.css": _sheet(static / "css", brand_hue).encode(),
        "portal.js": "".join(_scope(file) for file in sorted((static / "js").glob("*.js"))).encode(),
        **{file.name: _room(file).encode() for file in sorted((static / "css" / "pages").glob("*.css"))},
        **{file.name: _scope(file).encode() for file in sorted((static / "js" / "pages").glob("*.js"))},
        **{file.name: _tinted(file, brand_hue) for file in sorted(static.iterdir()) if file.is_file()},
    }
    names = {name: _keep(target, name, content) for name, content in made.items()}
    return Assets(target, names, _symbols(made["icons.svg"].decode()))


def _symbols(sprite: str) -> dict[str, str]:
    found = re.findall(r'<symbol id="([\w-]+)" ([^>]*/>|[^>]*>.*?</symbol>)', sprite, re.DOTALL)
    return {name: f'<symbol id="icon-{name}" {rest}' for name, rest in found}


def _sheet(folder: Path, brand_hue: int) -> str:
    """The style sheet: the layers' order, each layer's files by name, the brand's hue over the tokens."""
    files = [(_layer(file), file.name, file.read_text("utf-8")) for file in folder.glob("*.css")]
    parts = [text for _, _, text in sorted(files, key=lambda file: (LAYERS.index(file[0]), file[1]))]
    hue = f"@layer tokens{{:root{{--brand-hue:{brand_hue}}}}}"
    return minified("\n".join([f"@layer {','.join(LAYERS)};", *parts, hue]))


def _room(file: Path) -> str:
    """A sheet beside portal.css, which has set the layers' order; it too says which layer it is in."""
    _layer(file)
    return minified(file.read_text("utf-8"))


def _layer(file: Path) -> str:
    opening = _OPENING.match(file.read_text("utf-8"))
    if opening is None or opening[1] not in LAYERS:
        raise BadAsset(f"{file} must begin with @layer and one of: {', '.join(LAYERS)}")
    return opening[1]


def minified(css: str) -> str:
    """Return the sheet in its shortest form. Raises BadAsset for a sheet that does not parse."""
    try:
        return lightningcss.process_stylesheet(css, minify=True)
    except ValueError as fault:
        raise BadAsset(f"a style sheet does not parse: {fault}") from fault


def _scope(file: Path) -> str:
    """A script in a scope of its own, without whole-line comments and indentation."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return "{\n" + "\n".join(line for line in lines if line and not line.startswith("//")) + "\n}\n"


def _tinted(file: Path, brand_hue: int) -> bytes:
    """A file as it is, but an SVG's brand hue, which no style sheet reaches, is written in."""
    content = file.read_bytes()
    return content.replace(b"var(--brand-hue)", str(brand_hue).encode()) if file.suffix == ".svg" else content


def _keep(target: Path, name: str, content: bytes) -> str:
    """The file's fingerprinted name, with the file and its compressed copies in place."""
    stem, dot, ending = name.rpartition(".")
    kept = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}{dot}{ending}"
    if Path(name).suffix in TEXTS:
        _write(target / (kept + ".gz"), lambda: gzip.compress(content, 9, mtime=0))
        _write(target / (kept + ".br"), lambda: brotli.compress(content))
    _write(target / kept, lambda: content)
    return kept


def _write(path: Path, content: Callable[[], bytes]) -> None:
    """Put the file in its place at one stroke, unless it is there. The draft lies outside of what is served."""
    if path.exists():
        return
    handle, draft = tempfile.mkstemp(dir=path.parent.parent, prefix=".asset-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
