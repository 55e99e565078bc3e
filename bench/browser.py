"""What a browser makes of the pages: Chromium with a slow processor, the bare list beside ours (G7, G8).

    bin/bench browser [--ideas 1k] [--rounds 5] [--json FILE]

A processor four times slower, an empty cache at every visit, no network in between; pages take turns, and medians are
told. The CDN's address of htmx is answered from the copy in tests/vendor. Weights are of all that a page asks for,
gzip at its usual level made here of each body, whatever coding the server chose. Blocking time is what long tasks take
beyond 50 ms each, from the visit's beginning. Exits with 1 when a goal is missed.

Needs requirements-dev.txt and a Chromium (CHROMIUM, or chromium on the PATH).
"""

import argparse
import gzip
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import _rows
from bench._community import two_words
from bench._scene import Scene, scene_of
from bench._servers import Server, serving
from ideas.config import HTMX_CDN
from tests.browser.network import HTMX_COPY, QUIET

SLOWER = 4
#: Milliseconds after loading in which late paints and tasks are still told.
AFTERWARDS = 1_500
BARE = "the bare list"
#: G8: the largest paint beside the bare list's, milliseconds of blocking. G7: bytes of gzip in all and of scripts, and
#: requests; and bytes of the board's HTML as it is.
PAINT, BLOCKING = 1.5, 100
WEIGHT, SCRIPTS, REQUESTS, BOARD = 45_000, 15_000, 12, 45_000

_WATCH = """
window.told = {paint: 0, blocked: 0};
const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))
    .observe({type, buffered: true});
watch("largest-contentful-paint", entry => { told.paint = entry.startTime; });
watch("longtask", entry => { told.blocked += Math.max(0, entry.duration - 50); });
"""
_TELL = """() => ({
    ...told,
    ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    nodes: document.querySelectorAll("*").length,
})"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds of one visit, and the elements of its document."""

    paint: float
    blocked: float
    ready: float
    nodes: int


@dataclass(frozen=True)
class Weight:
    """Requests and bytes of a page with all that it asks for: as they are, and as gzip."""

    requests: int
    raw: dict[str, int]
    packed: dict[str, int]


@dataclass
class Seen:
    """A page, its weight and its visits."""

    name: str
    address: str
    weight: Weight = field(default_factory=lambda: Weight(0, {}, {}))
    visits: list[Visit] = field(default_factory=list)

    def over(self, what: str) -> float:
        return median(getattr(visit, what) for visit in self.visits)

    def paint_to(self, bare: "Seen") -> float:
        """The median over rounds of the largest paint to the bare list's in the same round."""
        return median(own.paint / other.paint for own, other in zip(self.visits, bare.visits, strict=True))

    def missed(self, bare: "Seen") -> list[str]:
        """The goals that this page misses."""
        packed = self.weight.packed
        return [words for is_so, words in (
            (self.paint_to(bare) > PAINT, f"G8: largest paint {self.paint_to(bare):.2f} × the bare list's > {PAINT}"),
            (self.over("blocked") > BLOCKING, f"G8: blocked for {self.over('blocked'):.0f} ms > {BLOCKING}"),
            (sum(packed.values()) > WEIGHT, f"G7: {sum(packed.values())} bytes of gzip > {WEIGHT}"),
            (packed.get("js", 0) > SCRIPTS, f"G7: {packed.get('js', 0)} bytes of scripts > {SCRIPTS}"),
            (self.weight.requests > REQUESTS, f"G7: {self.weight.requests} requests > {REQUESTS}"),
            (self.name == "board" and self.weight.raw["html"] > BOARD, f"G7: more than {BOARD} bytes of HTML"),
        ) if is_so]  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench browser", description=__doc__.splitlines()[0])
    arguments.add_argument("--ideas", type=lambda words: _rows.sizes(words)[0], default=1_000, help="size of community")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        scene = stack.enter_context(scene_of(given.ideas, Path(folder)))
        bare = stack.enter_context(serving("bench._floor:app", scene.environ, "/list"))
        portal = stack.enter_context(serving("wsgi:app", scene.environ, "/"))
        pages = list(_pages(scene, bare, portal))
        browser = stack.enter_context(_chromium())
        for page in pages:
            page.weight = _weigh(browser, page.address)
        for _ in range(given.rounds):
            for page in pages:
                page.visits.append(_visit(browser, page.address))
    print(_table(pages))
    if given.json:
        given.json.write_text(json.dumps({"rounds": given.rounds, "pages": [
            {**asdict(page), "paint_to_bare": page.paint_to(pages[0]), "missed": page.missed(pages[0])}
            for page in pages]}, indent=1), encoding="utf-8")  # fmt: skip
    return _tell(pages)


def _pages(scene: Scene, bare: Server, portal: Server) -> Iterator[Seen]:
    yield Seen(BARE, f"http://localhost:{bare.port}/list")
    for name, path in (("board", "/"), ("idea", scene.idea), ("search", f"/?q={two_words().replace(' ', '+')}")):
        yield Seen(name, f"http://localhost:{portal.port}{path}")


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def _fresh_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has seen nothing yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pt-BR")
    headers = {"Access-Control-Allow-Origin": "*"}
    copy = HTMX_COPY.read_bytes()
    context.route(HTMX_CDN, lambda route: route.fulfill(body=copy, content_type="text/javascript", headers=headers))
    yield context.new_page()
    context.close()


def _weigh(browser: Browser, address: str) -> Weight:
    with _fresh_page(browser) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - it marks what it is given
        page.goto(address)
        page.wait_for_timeout(AFTERWARDS)
        raw: defaultdict[str, int] = defaultdict(int)
        packed: defaultdict[str, int] = defaultdict(int)
        for answer in answers:
            body = answer.body()
            kind = {"document": "html", "stylesheet": "css", "script": "js"}.get(answer.request.resource_type, "other")
            raw[kind] += len(body)
            packed[kind] += len(gzip.compress(body, 6))
    return Weight(len(answers), dict(raw), dict(packed))


def _visit(browser: Browser, address: str) -> Visit:
    with _fresh_page(browser) as page:
        page.add_init_script(_WATCH)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        page.wait_for_timeout(AFTERWARDS)
        return Visit(**page.evaluate(_TELL))


def _table(pages: Sequence[Seen]) -> str:
    """Markdown."""
    head = ("page", "requests", "HTML raw / gzip kB", "CSS", "JS", "other", "all, gzip kB", "elements",
            "DOMContentLoaded ms", "largest paint ms (min–max)", "× bare", "blocked ms", "")  # fmt: skip
    lines = [head, ("---",) * len(head), *(_line(page, pages[0]) for page in pages)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _line(page: Seen, bare: Seen) -> tuple[str, ...]:
    weight, paints = page.weight, [visit.paint for visit in page.visits]
    kinds = (f"{weight.raw.get(kind, 0) / 1000:.1f} / {weight.packed.get(kind, 0) / 1000:.1f}"
             for kind in ("html", "css", "js", "other"))  # fmt: skip
    verdict = "" if page is bare else "**missed**" if page.missed(bare) else "reached"
    return (page.name, str(weight.requests), *kinds, f"{sum(weight.packed.values()) / 1000:.1f}",
            f"{page.over('nodes'):.0f}", f"{page.over('ready'):.0f}",
            f"{median(paints):.0f} ({min(paints):.0f}–{max(paints):.0f})", f"{page.paint_to(bare):.2f}",
            f"{page.over('blocked'):.0f}", verdict)  # fmt: skip


def _tell(pages: Sequence[Seen]) -> int:
    bare, *ours = pages
    missed = [f"goal missed: {page.name}: {words}" for page in ours for words in page.missed(bare)]
    for words in missed:
        print(words, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
