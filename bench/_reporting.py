"""A run in words: a table for people, JSON for machines, and which goals it reached."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from bench import _loading
from bench._measuring import Measured, Run

_HEAD = ("row", "requests/s (min–max)", "p50 ms", "p99 ms", "slowest ms", "CPU-ms: app + database", "CPU × floor",
         "rate ÷ floor", "goal", "")  # fmt: skip


def table(run: Run) -> str:
    """Markdown."""
    lines = [_HEAD, ("---",) * len(_HEAD), *(_line(one, run.floor) for one in run.rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _line(one: Measured, floor: Measured) -> tuple[str, ...]:
    rates = [sample.load.rate for sample in one.samples]
    verdict = {None: "", True: "reached", False: "**missed**"}[reached(one, floor)]
    return (one.row.name, f"{one.rate:.0f} ({min(rates):.0f}–{max(rates):.0f})", f"{one.over('p50'):.1f}",
            f"{one.over('p99'):.0f}", f"{max(sample.load.slowest for sample in one.samples):.0f}",
            f"{one.cpu:.2f} + {one.database_cpu:.2f}", f"{one.cpu_to(floor):.2f}", f"{one.rate_to(floor):.2f}",
            _goal(one), verdict)  # fmt: skip


def _goal(one: Measured) -> str:
    goal = one.row.goal
    if goal is None:
        return ""
    parts = [f"rate ≥ {goal.rate}" if goal.rate else "", f"CPU ≤ {goal.cpu} ×" if goal.cpu else "",
             f"p99 ≤ {goal.p99:.0f} ms" if goal.p99 else ""]  # fmt: skip
    return f"{goal.name}: " + ", ".join(filter(None, parts))


def reached(one: Measured, floor: Measured, margin: float = 1) -> bool | None:
    """Whether the row reached its goal, or 1/margin of it; None without one."""
    goal = one.row.goal
    if goal is None:
        return None
    return (
        (goal.rate is None or one.rate_to(floor) * margin >= goal.rate)
        and (goal.cpu is None or one.cpu_to(floor) <= goal.cpu * margin)
        and (goal.p99 is None or one.over("p99") <= goal.p99 * margin)
    )


def as_json(run: Run, **facts: object) -> str:
    """Every sample, with the client that asked."""
    rows = [{"name": one.row.name, "rate_to_floor": one.rate_to(run.floor), "cpu_to_floor": one.cpu_to(run.floor),
             "reached": reached(one, run.floor), "samples": [asdict(sample) for sample in one.samples]}
            for one in run.rows]  # fmt: skip
    return json.dumps({"client": _loading.CLIENT, "doubts": run.doubts, **facts, "rows": rows}, indent=1)


def faults(run: Run) -> Iterator[str]:
    """Rows that got refusals or broken answers."""
    for one in run.rows:
        if one.faults:
            yield f"{one.row.name}: {one.faults} requests were refused or broken"
