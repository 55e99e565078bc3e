"""What is built from static/: names that follow content, the layers' order, sheets that mean the same when small."""

import base64
import gzip
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest

from ideas.config import HTMX_INTEGRITY, ROOT
from ideas.web import assets

pytestmark = pytest.mark.engine_independent

STATIC = ROOT / "static"
HTMX = ROOT / "tests" / "vendor" / "htmx-4.0.1.min.js"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A small `static/`: two components, a token, a script, an icon."""
    folder = tmp_path / "static"
    for path, text in {
        "css/pill.css": '/* pill */\n@layer components {\n  .pill::after { content: "/* a  b */"; }\n}\n',
        "css/bar.css": "@layer components { .bar { margin: 0 auto; } }",
        "css/tokens.css": "@layer tokens { :root { --brand-hue: 205; } }",
        "js/menu.js": "// Closes it.\n  const menu = 1;\n",
        "icons.svg": '<svg><symbol id="up" viewBox="0 0 20 20"/></svg>',
        "favicon.svg": '<svg><path fill="oklch(0.5 0.1 var(--brand-hue))"/></svg>',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def built(static: Path, hue: int = 30) -> assets.Assets:
    return assets.build(static, static.parent / "assets", hue)


def text(made: assets.Assets, name: str) -> str:
    return (made.folder / made.names[name]).read_text(encoding="utf-8")


def test_layers_stand_in_their_order_whatever_the_files_are_called(static: Path) -> None:
    sheet = text(built(static), "portal.css")
    named = re.findall(r"[\w-]+", " ".join(re.findall(r"@layer ([\w,-]+)", sheet)))
    assert tuple(dict.fromkeys(named)) == assets.LAYERS
    assert sheet.index("@layer tokens{") < sheet.index(".bar{") < sheet.index(".pill:after{")


def test_the_vendors_hue_replaces_the_usual_one(static: Path) -> None:
    assert re.findall(r"--brand-hue:(\d+)", text(built(static, hue=30), "portal.css")) == ["30"]
    assert "oklch(0.5 0.1 30)" in text(built(static, hue=30), "favicon.svg")


def test_a_sheet_outside_of_the_layers_is_refused(static: Path) -> None:
    (static / "css" / "stray.css").write_text(".stray { color: red; }", encoding="utf-8")
    with pytest.raises(assets.BadAsset, match=r"stray\.css"):
        built(static)


def test_each_script_has_a_scope_of_its_own(static: Path) -> None:
    (static / "js" / "other.js").write_text("const menu = 2;", encoding="utf-8")
    assert text(built(static), "portal.js") == "{\nconst menu = 1;\n}\n{\nconst menu = 2;\n}\n"


def test_a_special_pages_sheet_is_a_file_of_its_own_and_names_its_layer(static: Path) -> None:
    room = static / "css" / "pages" / "triage.css"
    room.parent.mkdir()
    room.write_text("@layer pages {\n  .triage { display: grid; }\n}\n", encoding="utf-8")
    made = built(static)
    assert "triage" not in text(made, "portal.css")
    assert text(made, "triage.css") == "@layer pages{.triage{display:grid}}"
    room.write_text(".triage { display: grid; }", encoding="utf-8")
    with pytest.raises(assets.BadAsset, match=r"triage\.css"):
        built(static)


def test_a_special_pages_script_is_a_file_of_its_own(static: Path) -> None:
    (static / "js" / "pages").mkdir()
    (static / "js" / "pages" / "triage.js").write_text("const keys = 'jk';", encoding="utf-8")
    made = built(static)
    assert "keys" in text(made, "triage.js")
    assert "keys" not in text(made, "portal.js")


def test_a_name_changes_with_the_content_and_only_then(static: Path) -> None:
    first = built(static)
    assert built(static).names == first.names
    (static / "css" / "bar.css").write_text("@layer components { .bar { margin: 0; } }", encoding="utf-8")
    second = built(static)
    assert second.url("portal.css") != first.url("portal.css")
    assert second.url("portal.js") == first.url("portal.js")
    assert re.fullmatch(r"/assets/portal\.[0-9a-f]{8}\.css", first.url("portal.css"))


def test_what_is_already_built_is_not_written_again(static: Path) -> None:
    made = built(static)
    before = {file: file.stat().st_mtime_ns for file in made.folder.iterdir()}
    built(static)
    assert {file: file.stat().st_mtime_ns for file in made.folder.iterdir()} == before


def test_every_text_has_its_compressed_copies_and_nothing_else_lies_about(static: Path) -> None:
    made = built(static)
    for name in made.names.values():
        plain = (made.folder / name).read_bytes()
        assert gzip.decompress((made.folder / f"{name}.gz").read_bytes()) == plain
        assert brotli.decompress((made.folder / f"{name}.br").read_bytes()) == plain
    assert len(list(made.folder.iterdir())) == 3 * len(made.names)
    assert {file.name for file in static.parent.iterdir()} == {"static", "assets"}


def test_two_workers_may_build_at_once(static: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: built(static), range(16)))
    assert len({tuple(sorted(one.names.items())) for one in made}) == 1
    assert len(list(made[0].folder.iterdir())) == 3 * len(made[0].names)


def test_a_failure_leaves_no_half_written_file(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(content: bytes) -> bytes:
        raise OSError("No space left on device")

    monkeypatch.setattr(assets.brotli, "compress", full_disk)
    with pytest.raises(OSError, match="No space"):
        built(static)
    assert {file.name for file in static.parent.iterdir()} == {"static", "assets"}


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("a { color: red ; }", "a{color:red}"),
        ("a :is(b, c), b > c + d { margin: 0 auto }", "a :is(b,c),b>c+d{margin:0 auto}"),
        ("@layer x { .a :is(.b, .c) { order: 1 } }", "@layer x{.a :is(.b,.c){order:1}}"),
        ("a { width: calc(1px + 2em - 3%) }", "a{width:calc(1px + 2em - 3%)}"),
        ("@media (hover) and (scripting) { a { order: 1; } }", "@media (hover) and (scripting){a{order:1}}"),
        ('a::before { content: "a  /* b */ ; }" ; }', 'a:before{content:"a  /* b */ ; }"}'),
        ("a{order:1}/* one */ /* two */b{order:2}", "a{order:1}b{order:2}"),
        (".a { &:hover { order: 1 } & .d { order: 2 } }", ".a{&:hover{order:1}& .d{order:2}}"),
        (
            "a { color: light-dark(oklch(0.5 0.1 var(--hue)), oklch(0.8 0.1 30)) }",
            "a{color:light-dark(oklch(.5 .1 var(--hue)),oklch(80% .1 30))}",
        ),
    ],
)
def test_a_minified_sheet_means_the_same(long: str, short: str) -> None:
    assert assets.minify(long) == short


def test_a_sheet_that_does_not_parse_is_refused(static: Path) -> None:
    (static / "css" / "bar.css").write_text("@layer components { .bar { margin: 0; } } }", encoding="utf-8")
    with pytest.raises(assets.BadAsset, match="does not parse"):
        built(static)


def test_icon_refers_to_a_symbol_of_the_page(static: Path) -> None:
    made = built(static)
    assert made.icon("up", 14) == '<svg width="14" height="14" aria-hidden="true"><use href="#icon-up"/></svg>'
    assert made.symbols == {"up": '<symbol id="icon-up" viewBox="0 0 20 20"/>'}


def test_an_icon_that_is_not_in_the_sprite_is_an_error(static: Path) -> None:
    with pytest.raises(LookupError, match="sparkle"):
        built(static).icon("sparkle")


def test_an_asset_that_does_not_exist_is_an_error(static: Path) -> None:
    with pytest.raises(KeyError):
        built(static).url("other.css")


def test_the_portals_own_assets_leave_room_for_the_page(tmp_path: Path) -> None:
    made = assets.build(STATIC, tmp_path / "assets", 205)
    sizes = {name: len(gzip.compress((made.folder / made.names[name]).read_bytes(), 6)) for name in made.names}
    assert sizes["portal.css"] <= 11_000
    assert sizes["icons.svg"] <= 4_000
    assert sizes["portal.js"] + len(gzip.compress(HTMX.read_bytes(), 6)) <= 15_000


def test_every_status_has_its_icon_and_its_tint() -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    tints = (STATIC / "css" / "tints.css").read_text(encoding="utf-8")
    keys = set(re.findall(r'data-status="(\w+)"', tints))
    assert len(keys) == 8
    assert all(f'<symbol id="{key}"' in sprite for key in keys)


def test_no_line_of_a_style_sheet_exceeds_120_columns() -> None:
    long = [
        f"{file.name}:{number}"
        for file in sorted((STATIC / "css").rglob("*.css"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


def test_every_sheet_is_small_and_every_icon_that_a_template_names_exists() -> None:
    assert [
        file.name for file in (STATIC / "css").rglob("*.css") if len(file.read_text("utf-8").splitlines()) > 250
    ] == []
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {
        name
        for page in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""icon\(["']([\w-]+)["']""", page.read_text(encoding="utf-8"))
    }
    assert named - drawn == set()


def test_the_copy_of_htmx_for_tests_is_the_one_whose_integrity_pages_demand() -> None:
    digest = base64.b64encode(hashlib.sha384(HTMX.read_bytes()).digest()).decode()
    assert f"sha384-{digest}" == HTMX_INTEGRITY
