"""How much memory the portal holds, and how soon it answers after a start, beside the floor (G9).

    bin/bench footprint [--ideas 1k] [--rounds 3] [--seconds 3] [--json FILE]

Memory is PSS, shared pages in proportion: when the first page was given, and after a load of every kind. On SQLite it
counts what is mapped of the database's file, which the kernel takes back at need: told apart. A cold start is from the
beginning of the process to the first answer of `/`; starts take turns with the floor's. Exits with 1 when a goal is
missed.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from bench import _loading, _rows
from bench._scene import Scene, request, scene_of
from bench._servers import Memory, Processes, Server, running, serving

MIB = 2**20
FLOOR, GUNICORN, RUN = "floor: gunicorn", "gunicorn", "bin/run: gunicorn, worker and supervisor"
WEB, WORKER, SUPERVISOR = "of it gunicorn", "of it the worker", "of it the supervisor"
#: Mebibytes after load: of gunicorn, and with the worker; seconds until the first page.
GOAL_GUNICORN, GOAL_RUN, GOAL_START = 200, 280, 2


@dataclass
class Held:
    """What one of them holds at first and after load, and its starts."""

    name: str
    at_first: Memory = field(default_factory=lambda: Memory(0, 0))
    after_load: Memory = field(default_factory=lambda: Memory(0, 0))
    starts: list[float] = field(default_factory=list)


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench footprint", description=__doc__.splitlines()[0])
    arguments.add_argument("--ideas", type=lambda words: _rows.sizes(words)[0], default=1_000, help="size of community")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        scene = stack.enter_context(scene_of(given.ideas, Path(folder)))
        found = measure(scene, given.rounds, given.seconds)
    print(_table(found))
    if given.json:
        facts = {"ideas": given.ideas, "rows": [asdict(one) for one in found], "missed": list(_missed(found))}
        given.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    missed = list(_missed(found))
    for words in missed:
        print(f"goal missed: {words}", file=sys.stderr)
    return 1 if missed else 0


def measure(scene: Scene, rounds: int, seconds: int) -> list[Held]:
    """Start each in every round; in the last it also bears the load."""
    found = {name: Held(name) for name in (FLOOR, GUNICORN, RUN, WEB, WORKER, SUPERVISOR)}
    ways: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        FLOOR: lambda: serving("bench._floor:app", scene.environ, "/list"),
        GUNICORN: lambda: serving("wsgi:app", scene.environ, "/"),
        RUN: lambda: running(scene.environ),
    }
    for turn in range(rounds):
        for name, begin in ways.items():
            with begin() as server:
                found[name].starts.append(server.cold_start)
                if turn == rounds - 1:
                    _load(found, name, server, scene, seconds)
    return list(found.values())


def _load(found: dict[str, Held], name: str, server: Server, scene: Scene, seconds: int) -> None:
    parts: dict[str, Processes] = {name: server}
    if name == RUN:
        children = server.children()
        parts |= {WEB: children["portal-web"], WORKER: children["portal-worker"]}
    for part, processes in parts.items():
        found[part].at_first = processes.memory()
    asked = [[request("GET", "/list", 0)]] if name == FLOOR else _asked(scene)
    for requests in asked:
        _loading.ask(server.port, requests, seconds=seconds)
    time.sleep(1)
    for part, processes in parts.items():
        found[part].after_load = processes.memory()
    if name == RUN:
        for moment in ("at_first", "after_load"):
            whole, web, worker = (getattr(found[part], moment) for part in (RUN, WEB, WORKER))
            setattr(found[SUPERVISOR], moment, whole - web - worker)


def _asked(scene: Scene) -> list[list[bytes]]:
    return [scene.board(), scene.pages(scene.idea), scene.search(), scene.pages_of_members("/"),
            scene.page_deep_in("mais-votadas"), scene.votes(_rows.VOTES)]  # fmt: skip


def _missed(found: Sequence[Held]) -> list[str]:
    of = {one.name: one for one in found}
    goals = [(GUNICORN, GOAL_GUNICORN), (RUN, GOAL_RUN)]
    heavy = [f"{name}: {of[name].after_load.held / MIB:.0f} MiB > {most}" for name, most in goals
             if of[name].after_load.held > most * MIB]  # fmt: skip
    start = median(of[GUNICORN].starts)
    return heavy + ([f"{GUNICORN}: {start:.1f} s to the first page > {GOAL_START}"] if start > GOAL_START else [])


def _table(found: Sequence[Held]) -> str:
    """Markdown."""
    head = ("", "MiB at first", "MiB after load", "of these the mapped database", "s to the first page (min–max)")
    lines = [head, ("---",) * len(head), *map(_line, found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _line(one: Held) -> tuple[str, ...]:
    starts = f"{median(one.starts):.2f} ({min(one.starts):.2f}–{max(one.starts):.2f})" if one.starts else ""
    return (one.name, f"{one.at_first.held / MIB:.0f}", f"{one.after_load.held / MIB:.0f}",
            f"{one.after_load.database / MIB:.0f}", starts)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
