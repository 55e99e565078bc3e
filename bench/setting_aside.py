"""A person with thousands of votes is suspended, and restored: what do others wait meanwhile?

    bin/bench setting_aside [--ideas 100k] [--votes 2000] [--json FILE]

An operator suspends; the worker, a process of its own, runs the job. Meanwhile the board, an idea and votes of
others are asked of the server without a pause worth the name; before, during and after are told apart. Exits with 1
when an answer was an error, a vote was left behind or a counter differs from its rows.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench import _checking, _community, _rows
from bench._noting import Asking, Note, asking, over
from bench._scene import Scene, scene_of
from bench._servers import serving, working
from ideas.accounts import sanctions as accounts
from ideas.accounts.models import Person
from ideas.board.models import Idea, Status, Vote
from ideas.board.voting import casting, setting_aside
from ideas.companies.models import Company
from ideas.db import db
from ideas.modes import Mode, set_mode

#: Somebody who casts no vote of the load; the last one of all is staff.
SUSPENDED = _community.PEOPLE - 1
#: Seconds of requests before and after each operation, and the time limit of its job.
QUIET, PATIENCE = 10, 300
#: Connections that ask each of the things, and the seconds that each rests after an answer.
CONNECTIONS, REST = 2, 0.02
BEFORE, ASIDE, BETWEEN, RESTORED, AFTER = "before", "set aside", "between", "restored", "after"


@dataclass
class Found:
    """Answers by what was asked, and the moments at which each stretch began."""

    notes: dict[str, Sequence[Note]] = field(default_factory=dict)
    stretches: dict[str, tuple[float, float]] = field(default_factory=dict)
    left_behind: int = 0
    drift: int = 0
    complaints: list[str] = field(default_factory=list)

    def of(self, what: str, stretch: str) -> list[Note]:
        begun, ended = self.stretches[stretch]
        return [note for note in self.notes[what] if begun <= note.at < ended]

    @property
    def wrong(self) -> list[str]:
        """What must not be."""
        errors = Counter((what, note.status) for what, notes in self.notes.items() for note in notes
                         if not 200 <= note.status < 400)  # fmt: skip
        return [f"{what}: {number} answers were {status or 'none at all'}"
                for (what, status), number in errors.items()] + [
            words for is_so, words in (
                (self.left_behind, f"{self.left_behind} votes are not as the suspension says"),
                (self.drift, f"{self.drift} ideas' counters differ from their rows"),
            ) if is_so] + [line[:400] for line in self.complaints[:3]]  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench setting_aside", description=__doc__.splitlines()[0])
    arguments.add_argument(
        "--ideas", type=lambda words: _rows.sizes(words)[0], default=100_000, help="community's size"
    )
    arguments.add_argument("--votes", type=int, default=2_000)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        scene = stack.enter_context(scene_of(given.ideas, Path(folder)))
        with scene.app.app_context():
            votes = _vote_much(given.votes)
        found = measure(scene, votes)
    print(f"{votes} votes of one person, on {_rows.size_name(given.ideas)} ideas")
    print(_table(found))
    if given.json:
        given.json.write_text(_as_json(found, given.ideas, votes), encoding="utf-8")
    for words in found.wrong:
        print(words, file=sys.stderr)
    return 1 if found.wrong else 0


def measure(scene: Scene, votes: int) -> Found:
    """Suspend and restore while others read and vote."""
    found = Found()
    with (
        serving("wsgi:app", scene.environ | {"PAGE_CACHE_SECONDS": "0"}, "/saude/viva") as server,
        working(scene.environ) as worker,
        scene.app.app_context(),
    ):
        with _asked(scene, server.port) as under_way:
            _stretch(found, BEFORE, lambda: time.sleep(QUIET))
            _stretch(found, ASIDE, lambda: _settle(accounts.suspend, left=0, until=None))
            _stretch(found, BETWEEN, lambda: time.sleep(QUIET))
            _stretch(found, RESTORED, lambda: _settle(accounts.restore, left=votes))
            _stretch(found, AFTER, lambda: time.sleep(QUIET))
        found.notes = {what: asked.notes for what, asked in under_way.items()}
        found.left_behind = votes - _standing()
        found.complaints = server.complaints() + worker.complaints()
        found.drift = _checking.drift()
    return found


def _vote_much(wanted: int) -> int:
    """Let the person vote for the ideas with most votes; how many votes of theirs stand then."""
    set_mode(Mode.WRITE)
    mine = select(Vote.idea_id).where(Vote.person_id == SUSPENDED)
    most = select(Idea.id).join(Status).where(Status.votes_open, Idea.id.not_in(mine))
    for number in db.session.scalars(most.order_by(Idea.total_count.desc()).limit(wanted - _standing())).all():
        person = db.session.get_one(Person, SUSPENDED)
        company = db.session.get_one(Company, _community.company_of(SUSPENDED))
        casting.cast(db.session.get_one(Idea, number), voter=person, company=company)
        db.session.commit()
    return _standing()


def _standing() -> int:
    set_mode(Mode.TRANSACTION)
    found = db.session.scalar(select(func.count()).where(Vote.person_id == SUSPENDED, Vote.is_active)) or 0
    db.session.rollback()
    return found


@contextmanager
def _asked(scene: Scene, port: int) -> Iterator[dict[str, Asking]]:
    """The board, an idea and votes of others, over connections of their own."""
    votes = scene.votes((PATIENCE + 3 * QUIET) * round(1 / REST) * CONNECTIONS)
    endless = {"board": itertools.cycle(scene.board()), "idea": itertools.cycle(scene.pages(scene.idea)), "vote": votes}
    with ExitStack() as stack:
        yield {what: stack.enter_context(asking(port, asked, connections=CONNECTIONS, rest=REST))
               for what, asked in endless.items()}  # fmt: skip


def _stretch(found: Found, name: str, live: Callable[[], None]) -> None:
    begun = time.monotonic()
    live()
    found.stretches[name] = begun, time.monotonic()


def _settle(operation: Callable[..., None], *, left: int, **facts: None) -> None:
    """Do it, and wait until so many of the person's votes stand."""
    set_mode(Mode.WRITE)
    person = db.session.get_one(Person, SUSPENDED)
    operation(person, **facts)
    setting_aside.settle(person)
    db.session.commit()
    until = time.monotonic() + PATIENCE
    while _standing() != left and time.monotonic() < until:
        time.sleep(0.25)


def _table(found: Found) -> str:
    """Markdown."""
    head = ("asked", "when", "seconds", "answers", "p50 ms", "p99 ms", "slowest ms", "p50 ÷ before", "p99 ÷ before")
    lines = [head, ("---",) * len(head)]
    for what in found.notes:
        before = found.of(what, BEFORE)
        for name, (begun, ended) in found.stretches.items():
            notes = found.of(what, name)
            times = [over(notes, share) for share in (0.5, 0.99, 1)]
            ratios = [over(notes, share) / max(over(before, share), 0.001) for share in (0.5, 0.99)]
            lines.append((what, name, f"{ended - begun:.0f}", str(len(notes)), *(f"{one:.1f}" for one in times),
                          *(f"{one:.2f}" for one in ratios)))  # fmt: skip
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _as_json(found: Found, ideas: int, votes: int) -> str:
    rows = [{"asked": what, "when": name, "answers": len(notes), "p50": over(notes, 0.5), "p99": over(notes, 0.99),
             "slowest": over(notes, 1)}
            for what in found.notes for name in found.stretches for notes in [found.of(what, name)]]  # fmt: skip
    seconds = {name: ended - begun for name, (begun, ended) in found.stretches.items()}
    facts = {"ideas": ideas, "votes": votes, "seconds": seconds, "rows": rows, "drift": found.drift}
    return json.dumps(facts | {"wrong": found.wrong}, indent=1)


if __name__ == "__main__":
    sys.exit(main())
