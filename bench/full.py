"""The table of docs/performance.md: the portal's pages beside the floor, with their goals.

    bin/bench full [--ideas 1000,100000] [--rounds 5] [--seconds 3] [--only WORDS] [--json FILE]

Exits with 1 when a goal is missed or a request fails, with 3 when the machine was too busy to tell.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import _rows
from bench._measuring import FLOOR, Run, measure
from bench._reporting import as_json, faults, reached, table


def main() -> int:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        rows = list(_rows.of(stack, Path(folder), given.ideas))
        if given.only:
            rows = [row for row in rows if given.only in row.name or row.name == FLOOR]
        run = measure(rows, rounds=given.rounds, seconds=given.seconds)
    return tell(run, given.json)


def tell(run: Run, path: Path | None, *, margin: float = 1) -> int:
    """Print the table and what is wrong, write the JSON; the exit code."""
    print(table(run))
    if path is not None:
        path.write_text(as_json(run), encoding="utf-8")
    broken = list(faults(run))
    missed = [one.row.name for one in run.rows if reached(one, run.floor, margin) is False]
    for words in [*broken, *(f"goal missed: {name}" for name in missed)]:
        print(words, file=sys.stderr)
    if broken:
        return 1
    for doubt in run.doubts:
        print(f"inconclusive: {doubt}", file=sys.stderr)
    return 3 if run.doubts else 1 if missed else 0


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="bin/bench full", description=__doc__.splitlines()[0])
    arguments.add_argument("--ideas", type=_rows.sizes, default=[1_000, 100_000], help="sizes of community, by comma")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--only", default="", help="only rows with these words in their name, and the floor")
    arguments.add_argument("--json", type=Path)
    return arguments.parse_args()


if __name__ == "__main__":
    sys.exit(main())
