"""Under a minute, for CI: a thousand ideas, no request refused, and no row much slower than it was measured.

    bin/bench smoke [--json FILE]

Exits with 1 when a request was refused or broken. A row that costs much more than it was measured, in
processor time beside the floor's of the same run, is named, and fails nothing: figures are for people to judge.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import _rows
from bench._measuring import FLOOR, measure
from bench._reporting import as_json, faults, table

IDEAS, ROUNDS, SECONDS = 1_000, 2, 1
#: What a row may cost, in times of the floor's processor time: about twice what docs/performance.md records.
#: These find a page that became slow, on any machine; the goals are `full`'s.
CEILINGS = {
    "board, 1k": 12.0,
    "board, cached, 1k": 0.6,
    "idea, 1k": 15.0,
    "search for two words, 1k": 22.0,
    "vote, 1k": 18.0,
}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench smoke", description=__doc__.splitlines()[0])
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        rows = [row for row in _rows.of(stack, Path(folder), [IDEAS]) if row.name == FLOOR or row.name in CEILINGS]
        run = measure(rows, rounds=ROUNDS, seconds=SECONDS)
    print(table(run))
    if given.json:
        given.json.write_text(as_json(run), encoding="utf-8")
    for one in run.rows:
        if one.cpu_to(run.floor) > CEILINGS.get(one.row.name, float("inf")):
            print(f"{one.row.name} became slow: {one.cpu_to(run.floor):.1f} × the floor", file=sys.stderr)
    broken = list(faults(run))
    for words in broken:
        print(words, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
