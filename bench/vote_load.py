"""A minute of votes over sixteen connections, then a kill in the middle of more: is any lost, does any counter drift?

    bin/bench vote_load [--ideas 1k] [--seconds 60] [--json FILE]

Each vote is another pair of a person and an idea. The floor's list and its bare vote are asked before and after, for
the ratios. Then the server's processes are killed while votes come in: what was answered must stand. Exits with 1 when
a vote was refused, broken or lost, when a counter differs from its rows or a goal is missed; with 3 when the machine
was too busy to tell.
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from bench import _checking, _loading, _rows
from bench._measuring import FLOOR, Goal, Measured, Row, Run, sample
from bench._noting import Note, asking
from bench._scene import IDEAS_EACH, Scene, request, scene_of
from bench._servers import Server, serving
from ideas.board.models import Vote, VoteEvent
from ideas.db import db
from ideas.modes import Mode, set_mode

#: Votes made ready for each second: more than any server here answers.
EACH_SECOND = 800
#: Seconds for which the floor is asked before and after, and the votes to warm up; then those until the kill.
BESIDE, WARMING, KILL_AFTER = 5, 1, 4
CONNECTIONS = 16
SLOWEST = 1_000


@dataclass(frozen=True)
class Count:
    """Rows of the database."""

    votes: int
    events: int


@dataclass(frozen=True)
class Kill:
    """What was under way when the server was killed, and what was there afterwards."""

    acknowledged: int
    cut_off: int
    lost: int
    up_again: float


@dataclass(frozen=True)
class Found:
    """What a run came to."""

    run: Run
    acknowledged: int
    cast: Count
    complaints: list[str]
    drift: int
    kill: Kill
    drift_after_kill: int
    whole: bool

    @property
    def vote(self) -> Measured:
        return self.run.rows[-1]

    def rate_to(self, row: Measured) -> float:
        """The votes' rate to that of a row asked before and after them."""
        return self.vote.rate / median(one.load.rate for one in row.samples)

    @property
    def wrong(self) -> list[str]:
        """What must not be."""
        refused, counted = self.vote.faults, self.cast
        return [words for is_so, words in (
            (refused, f"{refused} votes were refused or broken"),
            (counted.votes < self.acknowledged, f"{self.acknowledged} votes were answered, {counted.votes} are there"),
            (counted.votes != counted.events, f"{counted.votes} votes have {counted.events} lines in the ledger"),
            (self.drift, f"{self.drift} ideas' counters differ from their rows"),
            (self.kill.lost, f"{self.kill.lost} answered votes were lost by the kill"),
            (not self.kill.cut_off, "the kill met no vote under way: it proves nothing"),
            (self.drift_after_kill, f"{self.drift_after_kill} ideas' counters differ from their rows after the kill"),
            (not self.whole, "the database's file is not whole"),
        ) if is_so] + [line[:400] for line in self.complaints[:3]]  # fmt: skip

    @property
    def missed(self) -> list[str]:
        """Goals of the vote (G5) that were not reached."""
        goal, vote = self.vote.row.goal, self.vote
        assert goal is not None
        assert goal.rate is not None
        assert goal.p99 is not None
        return [words for is_so, words in (
            (self.rate_to(self.run.floor) < goal.rate, f"rate < {goal.rate} × the floor's list"),
            (vote.over("p99") > goal.p99, f"p99 > {goal.p99:.0f} ms"),
            (vote.over("slowest") > SLOWEST, f"slowest > {SLOWEST} ms"),
        ) if is_so]  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench vote_load", description=__doc__.splitlines()[0])
    arguments.add_argument("--ideas", type=lambda words: _rows.sizes(words)[0], default=1_000, help="size of community")
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    votes = (given.seconds + WARMING + KILL_AFTER) * EACH_SECOND
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        scene = stack.enter_context(scene_of(given.ideas, Path(folder), voters=votes // (IDEAS_EACH // 2) + 1))
        found = measure(scene, given.seconds)
    if given.json:
        given.json.write_text(_as_json(found, given.seconds), encoding="utf-8")
    return _tell(found)


def measure(scene: Scene, seconds: int) -> Found:
    """The load, what it left behind, the kill, and what that left behind."""
    before = _count(scene)
    with serving("wsgi:app", scene.environ, "/saude/viva") as server:
        run = _load(scene, server, seconds)
        after, drift = _count(scene), _drift(scene)
        answered = run.rows[-1].samples
        notes = _kill_under_load(scene, server)
        complaints = server.complaints()
    with serving("wsgi:app", scene.environ, "/") as server:
        kill = _after_kill(scene, notes, server.cold_start)
    with scene.app.app_context():
        whole = _checking.is_whole()
    # The first of the samples warmed up; its votes count.
    acknowledged = sum(one.load.answers - one.load.refused for one in answered)
    cast = Count(after.votes - before.votes, after.events - before.events)
    run.rows[-1].samples.pop(0)
    return Found(run, acknowledged, cast, complaints, drift, kill, _drift(scene), whole)


def _load(scene: Scene, server: Server, seconds: int) -> Run:
    database = scene.environ["DATABASE_URL"]
    _rows.prepare_floor(database)
    asked = [request("GET", "/list", 0)]
    goal = Goal("G5", rate=0.6 if database.startswith("sqlite") else 0.4, p99=150)
    with serving("bench._floor:app", scene.environ, "/hello") as bare:
        beside = [Measured(Row(FLOOR, bare, database, lambda: asked)), Measured(_rows.bare_vote(bare, database))]
        vote = Measured(Row(f"vote, {seconds} s, {_rows.size_name(scene.ideas)}", server, database,
                            lambda: scene.votes(seconds * EACH_SECOND), CONNECTIONS, goal))  # fmt: skip
        few = Row("warming up", server, database, lambda: scene.votes(WARMING * EACH_SECOND), CONNECTIONS)
        vote.samples.append(sample(few, WARMING))
        for turn in range(2):
            for one in beside:
                one.samples.append(sample(one.row, BESIDE))
            if not turn:
                vote.samples.append(sample(vote.row, seconds))
    return Run([*beside, vote])


def _kill_under_load(scene: Scene, server: Server) -> list[tuple[tuple[int, int], Note]]:
    """Kill the server while votes come in; each pair that was sent, with what came of it."""
    pairs = scene.pairs(KILL_AFTER * EACH_SECOND)
    with asking(server.port, scene.requests_of(pairs), connections=CONNECTIONS) as under_way:
        time.sleep(KILL_AFTER)
        server.kill()
        under_way.stop()
    return [(pairs[note.place], note) for note in under_way.notes]


def _after_kill(scene: Scene, notes: list[tuple[tuple[int, int], Note]], up_again: float) -> Kill:
    answered = {pair for pair, note in notes if note.status == 200}
    with scene.app.app_context():
        set_mode(Mode.TRANSACTION)
        stand = select(Vote.person_id, Vote.idea_id).where(Vote.person_id <= scene.voters)
        there = {tuple(row) for row in db.session.execute(stand)}
        db.session.rollback()
    return Kill(len(answered), sum(not note.status for _, note in notes), len(answered - there), up_again)


def _count(scene: Scene) -> Count:
    with scene.app.app_context():
        set_mode(Mode.TRANSACTION)
        counts = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Vote, VoteEvent)]
        db.session.rollback()
    return Count(*counts)


def _drift(scene: Scene) -> int:
    with scene.app.app_context():
        return _checking.drift()


def _tell(found: Found) -> int:
    print("| row | requests/s | p50 ms | p99 ms | slowest ms | ÷ the list | ÷ the bare vote |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    bare = found.run.rows[1]
    for one in found.run.rows:
        ratios = [f"{found.rate_to(row):.2f}" if one is found.vote else "" for row in (found.run.floor, bare)]
        print(f"| {one.row.name} | {one.rate:.0f} | {one.over('p50'):.1f} | {one.over('p99'):.0f} | "
              f"{max(sample.load.slowest for sample in one.samples):.0f} | " + " | ".join(ratios) + " |")  # fmt: skip
    print(f"votes answered: {found.acknowledged}; in the database: {found.cast.votes}; drift: {found.drift}")
    kill = found.kill
    print(f"killed with {kill.cut_off} votes under way, after {kill.acknowledged} answered: {kill.lost} lost, "
          f"drift {found.drift_after_kill}, up again in {kill.up_again:.1f} s")  # fmt: skip
    for words in [*found.wrong, *(f"goal missed: {words}" for words in found.missed)]:
        print(words, file=sys.stderr)
    if found.wrong:
        return 1
    for doubt in found.run.doubts:
        print(f"inconclusive: {doubt}", file=sys.stderr)
    return 3 if found.run.doubts else 1 if found.missed else 0


def _as_json(found: Found, seconds: int) -> str:
    rows = [{"name": one.row.name, "samples": [asdict(sample) for sample in one.samples]} for one in found.run.rows]
    return json.dumps(
        {
            "client": _loading.CLIENT, "doubts": found.run.doubts, "seconds": seconds, "rows": rows,
            "rate_to_list": found.rate_to(found.run.floor), "rate_to_bare_vote": found.rate_to(found.run.rows[1]),
            "acknowledged": found.acknowledged, "cast": asdict(found.cast),
            "drift": found.drift, "kill": asdict(found.kill), "drift_after_kill": found.drift_after_kill,
            "whole": found.whole, "wrong": found.wrong, "missed": found.missed,
        },
        indent=1,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
