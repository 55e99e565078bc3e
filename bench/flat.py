"""Does a page, or a vote, cost more in a larger community? Each of them at two sizes, in turns (G6).

    bin/bench flat [--ideas 1k,1m] [--rounds 5] [--seconds 2] [--only WORDS] [--json FILE]

Every ordering's first page and one after nine tenths of its ideas, an idea's page, a vote. One
connection asks, so that no waiting in line blurs the time. The ratio is the median over rounds of the largest
community's p50 to the smallest's. Exits with 1 when a request fails or a goal is missed, with 3 when the machine was
too busy to tell.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench import _loading, _rows
from bench._measuring import FLOOR, Measured, Row, Run, measure
from bench._reporting import faults
from bench._scene import Scene, request, scene_of
from bench._servers import Server, serving
from ideas.board.routes.query_params import ORDER_WORDS

GOAL = 1.3
#: Told, not judged: a visit that meets others than all before it, whose cards nobody has made yet (G1's are made).
STRANGERS = "aleatorias, others at each visit"


@dataclass(frozen=True)
class Pair:
    """The same thing asked of the smallest and the largest community."""

    name: str
    small: Measured
    large: Measured

    @property
    def ratios(self) -> list[float]:
        """Round by round."""
        rounds = zip(self.large.samples, self.small.samples, strict=True)
        return [large.load.p50 / small.load.p50 for large, small in rounds]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def is_flat(self) -> bool:
        return self.ratio <= GOAL

    @property
    def is_missed(self) -> bool:
        return self.name != STRANGERS and not self.is_flat

    @property
    def verdict(self) -> str:
        return "flat" if self.is_flat else "**not flat**" if self.is_missed else "told only"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench flat", description=__doc__.splitlines()[0])
    arguments.add_argument("--ideas", type=_rows.sizes, default=[1_000, 1_000_000], help="two sizes, by comma")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=2)
    arguments.add_argument("--only", default="", help="only what has these words in its name")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        small, large = (_asked(stack, Path(folder), ideas) for ideas in sorted(given.ideas))
        names = [name for name in small if given.only in name]
        rows = [row for name in names for row in (small[name], large[name])]
        run = measure([_floor(stack, rows[-1]), *rows], rounds=given.rounds, seconds=given.seconds)
    pairs = [Pair(name, run.of(small[name].name), run.of(large[name].name)) for name in names]
    print(_table(pairs))
    if given.json:
        given.json.write_text(_as_json(run, pairs, given.ideas), encoding="utf-8")
    return _tell(run, pairs)


def _asked(stack: ExitStack, folder: Path, ideas: int) -> dict[str, Row]:
    """The rows of a community, on a server of its own that keeps no visitor's page."""
    place = folder / str(ideas)
    place.mkdir()
    scene = stack.enter_context(scene_of(ideas, place))
    server = stack.enter_context(serving("wsgi:app", scene.environ | {"PAGE_CACHE_SECONDS": "0"}, "/saude/viva"))
    return dict(_rows_of(scene, server))


def _rows_of(scene: Scene, server: Server) -> Iterator[tuple[str, Row]]:
    def row(name: str, asked: Sequence[bytes]) -> tuple[str, Row]:
        whole = f"{name}, {_rows.size_name(scene.ideas)}"
        return name, Row(whole, server, scene.environ["DATABASE_URL"], lambda: asked, connections=1)

    for word in ORDER_WORDS:
        at_random = word == "aleatorias"
        yield row(f"{word}, first page", scene.board_from_places() if at_random else scene.board(ordem=word))
        yield row(f"{word}, deep", scene.page_deep_in(word))
    yield row(STRANGERS, scene.board(ordem="aleatorias"))
    yield row("idea", scene.pages(scene.idea))
    _, vote = row("vote", [])
    yield "vote", Row(vote.name, server, vote.database, lambda: scene.votes(_rows.VOTES), connections=1)


def _floor(stack: ExitStack, beside: Row) -> Row:
    environ = {"DATABASE_URL": beside.database, "INSTANCE_PATH": str(beside.server.log.parent)}
    bare = stack.enter_context(serving("bench._floor:app", environ, "/hello"))
    asked = [request("GET", "/list", 0)]
    return Row(FLOOR, bare, beside.database, lambda: asked, connections=1)


def _table(pairs: Sequence[Pair]) -> str:
    """Markdown."""
    head = ("what", "p50 ms", "ratio (min–max)", "p99 ms", "CPU-ms", "")
    lines = [head, ("---",) * len(head), *map(_line, pairs)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _line(pair: Pair) -> tuple[str, ...]:
    p50, p99 = (f"{pair.small.over(what):.1f} → {pair.large.over(what):.1f}" for what in ("p50", "p99"))
    ratio = f"{pair.ratio:.2f} ({min(pair.ratios):.2f}–{max(pair.ratios):.2f})"
    cpu = f"{pair.small.all_cpu:.1f} → {pair.large.all_cpu:.1f}"
    return pair.name, p50, ratio, p99, cpu, pair.verdict


def _tell(run: Run, pairs: Sequence[Pair]) -> int:
    broken = list(faults(run))
    missed = [f"goal missed: {pair.name}: {pair.ratio:.2f} > {GOAL}" for pair in pairs if pair.is_missed]
    for words in [*broken, *missed]:
        print(words, file=sys.stderr)
    if broken:
        return 1
    for doubt in run.doubts:
        print(f"inconclusive: {doubt}", file=sys.stderr)
    return 3 if run.doubts else 1 if missed else 0


def _as_json(run: Run, pairs: Sequence[Pair], ideas: Sequence[int]) -> str:
    rows = [{"name": pair.name, "ratio": pair.ratio, "ratios": pair.ratios, "is_flat": pair.is_flat,
             "small": [asdict(sample) for sample in pair.small.samples],
             "large": [asdict(sample) for sample in pair.large.samples]} for pair in pairs]  # fmt: skip
    return json.dumps({"client": _loading.CLIENT, "doubts": run.doubts, "ideas": sorted(ideas), "rows": rows}, indent=1)


if __name__ == "__main__":
    sys.exit(main())
