"""Votes by several processes at once, with kills if asked: how many a second, and does any counter drift?

    bin/bench votes --operations 100000 [--processes 4] [--kills 0] [--database postgresql://…/an_empty_database]

Each process is somebody's browser: it casts, withdraws, says how much it matters, votes on behalf, suspends
and restores, one transaction each, over ideas that all share. Before a operation it notes what it is about to do,
after the commit that it was done: what was noted as done must be there afterwards, however it was killed.
Prints one line of JSON; the exit code is 1 if anything drifted, was lost or half done.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bench import _checking
from ideas import app as portal
from ideas import config, jobs
from ideas.accounts import sanctions as accounts
from ideas.accounts.models import Person
from ideas.board.models import Idea, Importance, Vote, VoteEvent
from ideas.board.voting import casting, importance, proxying, setting_aside
from ideas.board.voting.importance import Opinion
from ideas.board.voting.proxying import OnBehalf
from ideas.companies.models import Company
from ideas.db import db
from ideas.errors import Refused
from ideas.modes import Mode, set_mode
from tests import cast, make

ROOT = Path(__file__).parents[1]
IDEAS, PEOPLE, COMPANIES = 24, 60, 6
#: How often each operation runs, of a thousand. A process that may be killed suspends nobody, since they would stay so.
OFTEN = {"cast": 500, "withdraw": 199, "say": 200, "vote_for": 100, "suspend": 1}


@dataclass
class Plan:
    """What the processes live on: rows by id. Each process has people of its own, and all the ideas."""

    ideas: list[int]
    people: list[list[tuple[int, int]]]
    staff: int


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--operations", type=int, default=10_000)
    arguments.add_argument("--processes", type=int, default=4)
    arguments.add_argument("--kills", type=int, default=0)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--place", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--doomed", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.place is not None:
        if given.doomed:
            del OFTEN["suspend"]
        return _be_one(given.folder, given.place, given.operations, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PORTAL_ENV": "test", "INSTANCE_PATH": folder, "DATABASE_URL": given.database, "LOG_LEVEL": "error"}
        app = portal.create_app(config.read(environ))
        with app.app_context():
            set_mode(Mode.WRITE)
            upgrade()
            jobs.migrate(db.engine)
            cast.seed()
            plan = prepare(given.processes)
            answer = run(Path(folder), environ, plan, given.operations, given.kills, given.seed)
    print(json.dumps(answer))
    return 1 if answer["drift"] or answer["lost"] or answer["half_done"] else 0


def prepare(processes: int) -> Plan:
    """Ideas, and people in companies for each process; commits."""
    companies = [make.company() for _ in range(COMPANIES)]
    ideas = [make.idea() for _ in range(IDEAS)]
    people = [
        [
            (make.customer(f"Pessoa {n}", companies[n % COMPANIES]).id, companies[n % COMPANIES].id)
            for n in range(PEOPLE)
        ]
        for _ in range(processes)
    ]
    plan = Plan([idea.id for idea in ideas], people, make.person("heitor").id)
    db.session.commit()
    return plan


def run(folder: Path, environ: dict[str, str], plan: Plan, operations: int, kills: int, seed: int) -> dict[str, Any]:
    """Let the processes live, killed so many times or not at all; what came of it."""
    (folder / "plan.json").write_text(json.dumps(plan.__dict__))
    begun = time.monotonic()
    for cycle in range(kills or 1):
        _live(folder, environ, plan, operations, seed + cycle, kill=bool(kills))
    took = time.monotonic() - begun
    logs = [_read(folder / f"operations-{place}.log") for place in range(len(plan.people))]
    said = [operation[3] for log in logs for operation in log]
    return {
        "database": db.engine.dialect.name,
        "processes": len(plan.people),
        "kills": kills * len(plan.people),
        "operations": len(said),
        "busy": said.count("busy"),
        "in_the_middle": said.count(""),
        "per_second": round(len(said) / took),
        "drift": _checking.drift(),
        "lost": lost(logs),
        "half_done": half_done(),
    }


def lost(logs: list[list[tuple[str, int, int, str]]]) -> int:
    """Votes that differ from their last operation; an interrupted operation may have been committed or not."""
    set_mode(Mode.TRANSACTION)
    stand = {
        (person, idea): standing_now
        for person, idea, standing_now in db.session.execute(select(Vote.person_id, Vote.idea_id, Vote.is_active))
    }
    db.session.rollback()
    wrong = 0
    for log in logs:
        may: dict[tuple[int, int], set[bool]] = {}
        for what, person, idea, said in log:
            leaves = {"cast": True, "vote_for": True, "withdraw": False}.get(what)
            if leaves is None or said in {"no", "busy"}:
                continue
            before = may.get((person, idea), {False})
            may[person, idea] = {leaves} if said == "done" else before | {leaves}
        wrong += sum(bool(stand.get(pair)) not in states for pair, states in may.items())
    return wrong


def half_done() -> int:
    """Votes whose rows and whose lines of the ledger tell different things."""
    set_mode(Mode.TRANSACTION)
    told: dict[int, tuple[bool, bool]] = {}
    for number, what in db.session.execute(select(VoteEvent.vote_id, VoteEvent.what).order_by(VoteEvent.id)):
        withdrawn, aside = told.get(number, (False, False))
        if what in {"cast", "on_behalf"}:
            withdrawn = aside = False
        withdrawn = withdrawn or what == "withdrawn"
        aside = what == "set_aside" if what in {"set_aside", "restored"} else aside
        told[number] = withdrawn, aside
    rows = db.session.execute(select(Vote.id, Vote.withdrawn_at.is_not(None), Vote.set_aside_at.is_not(None)))
    kept = {number: (bool(withdrawn), bool(aside)) for number, withdrawn, aside in rows}
    db.session.rollback()
    return sum(told.get(number) != kept.get(number) for number in told.keys() | kept.keys())


def _live(folder: Path, environ: dict[str, str], plan: Plan, operations: int, seed: int, *, kill: bool) -> None:
    """All processes from their beginning to their end, or until they are killed in mid-load."""
    places = range(len(plan.people))
    each = operations if kill else operations // len(plan.people)
    command = [sys.executable, "-m", "bench.votes", "--folder", str(folder), "--operations", str(each)]
    command += ["--doomed"] if kill else []
    logs = [folder / f"operations-{place}.log" for place in places]
    sizes = [log.stat().st_size if log.exists() else 0 for log in logs]
    processes = [
        subprocess.Popen([*command, "--place", str(place), "--seed", str(seed * 100 + place)], cwd=ROOT,
                         env=os.environ | environ)
        for place in places
    ]  # fmt: skip
    if kill:
        while any(not log.exists() or log.stat().st_size <= size for log, size in zip(logs, sizes, strict=True)):
            if any(process.poll() not in {None, 0} for process in processes):
                break
            time.sleep(0.02)
        time.sleep(random.Random(seed).uniform(0, 0.6))  # noqa: S311 - moments, not secrets
        for process in processes:
            process.send_signal(signal.SIGKILL)
    ended = [process.wait() for process in processes]
    if not kill and any(ended):
        raise RuntimeError(f"a process failed: {ended}")


def _be_one(folder: Path, place: int, operations: int, seed: int) -> int:
    """One process: so many operations, each noted before and after."""
    plan = Plan(**json.loads((folder / "plan.json").read_text()))
    app = portal.create_app(config.read(dict(os.environ)))
    log = os.open(folder / f"operations-{place}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    dice = random.Random(seed)  # noqa: S311 - a life that can be lived again
    setting_aside.PAUSE_SECONDS = 0
    with app.app_context():
        set_mode(Mode.WRITE)
        for _ in range(operations):
            _one(app, log, plan, dice, plan.people[place])
    return 0


def _one(app: Flask, log: int, plan: Plan, dice: random.Random, people: list[tuple[int, int]]) -> None:
    what = dice.choices(list(OFTEN), list(OFTEN.values()))[0]
    (person, company), idea = dice.choice(people), dice.choice(plan.ideas)
    os.write(log, f"{what} {person} {idea} ".encode())
    try:
        _do(what, person, company, idea, plan.staff, dice)
        db.session.commit()
        os.write(log, b"done\n")
    except Refused:
        db.session.rollback()
        os.write(log, b"no\n")
    except OperationalError:
        # The web answers 503 then, and nothing was done: SQLite's only place was not free in time.
        db.session.rollback()
        os.write(log, b"busy\n")
    finally:
        db.session.remove()


def _do(what: str, person: int, company: int, number: int, staff: int, dice: random.Random) -> None:
    voter, idea = db.session.get_one(Person, person), db.session.get_one(Idea, number)
    if what == "withdraw":
        casting.withdraw(idea, voter=voter)
        return
    if what == "suspend":
        _suspend_for_a_while(voter)
        return
    where = db.session.get_one(Company, company)
    opinion = Opinion(dice.choice([*Importance, None]))
    if what == "cast":
        casting.cast(idea, voter=voter, company=where)
    elif what == "say":
        importance.state(idea, opinion, voter=voter, company=where)
    else:
        asked = OnBehalf(voter=voter, company=where, source="chamado 2026-000001", opinion=opinion)
        proxying.cast(idea, asked, by=db.session.get_one(Person, staff))


def _suspend_for_a_while(voter: Person) -> None:
    """As the job does, to and fro; a kill in between leaves votes aside for the next run of the job."""
    for operation in (lambda: accounts.suspend(voter, until=None), lambda: accounts.restore(voter)):
        operation()
        db.session.commit()
        setting_aside.settle_votes(voter.id)
        db.session.commit()


def _read(log: Path) -> list[tuple[str, int, int, str]]:
    """(operation, person, idea, "done", "no", "busy", or "" for one that was cut off), in order."""
    return list(_deeds(log.read_text().split("\n")))


def _deeds(lines: list[str]) -> Iterator[tuple[str, int, int, str]]:
    for line in lines:
        words = line.split()
        # A process that was killed left a line without its end: the next one wrote on in the same line.
        while words:
            what, person, idea, *rest = words
            said = rest.pop(0) if rest and rest[0] in {"done", "no", "busy"} else ""
            yield what, int(person), int(idea), said
            words = rest


if __name__ == "__main__":
    sys.exit(main())
