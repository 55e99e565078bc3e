"""Rounds in which every row is asked in turn, so that a noisy moment falls on all; what each cost."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench import _loading, _servers
from bench._loading import Load
from bench._servers import Server

#: The row that every ratio is to.
FLOOR = "floor: Flask and Jinja, 25 cards"
#: The floor's own rounds may differ by this factor, and others take so much of a processor, before a run says nothing.
WOBBLE, FOREIGN = 1.8, 0.2


@dataclass(frozen=True)
class Row:
    """Something to ask of a server; `requests` is called before each round."""

    name: str
    server: Server
    database: str
    requests: Callable[[], Sequence[bytes]]
    connections: int = 16
    goal: "Goal | None" = None


@dataclass(frozen=True)
class Goal:
    """What a row is to reach, as ratios to the floor of the same run (performance.md), and milliseconds."""

    name: str
    rate: float | None = None
    cpu: float | None = None
    p99: float | None = None


@dataclass(frozen=True)
class Sample:
    """One row in one round; CPU-ms per answer, of the server's processes and of the database server's."""

    load: Load
    cpu: float
    database_cpu: float
    #: Processors used by other programs on the machine.
    foreign: float


@dataclass
class Measured:
    """A row's rounds."""

    row: Row
    samples: list[Sample] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(sample.load.rate for sample in self.samples)

    @property
    def cpu(self) -> float:
        return median(sample.cpu for sample in self.samples)

    @property
    def database_cpu(self) -> float:
        return median(sample.database_cpu for sample in self.samples)

    @property
    def all_cpu(self) -> float:
        """CPU-ms per answer, of the server and the database together."""
        return median(sample.cpu + sample.database_cpu for sample in self.samples)

    @property
    def faults(self) -> int:
        return sum(sample.load.refused + sample.load.broken for sample in self.samples)

    def over(self, what: str) -> float:
        """The median of one of a load's times, in milliseconds."""
        return median(getattr(sample.load, what) for sample in self.samples)

    def rate_to(self, floor: "Measured") -> float:
        """The median over rounds of this row's rate to the floor's in the same round."""
        return median(a.load.rate / b.load.rate for a, b in zip(self.samples, floor.samples, strict=True))

    def cpu_to(self, floor: "Measured") -> float:
        pairs = zip(self.samples, floor.samples, strict=True)
        return median((a.cpu + a.database_cpu) / (b.cpu + b.database_cpu) for a, b in pairs)


@dataclass(frozen=True)
class Run:
    """All rows of a run, the floor among them."""

    rows: Sequence[Measured]

    @property
    def floor(self) -> Measured:
        return self.of(FLOOR)

    def of(self, name: str) -> Measured:
        return next(measured for measured in self.rows if measured.row.name == name)

    @property
    def foreign(self) -> float:
        """Processors that others took, the median over all samples."""
        return median(sample.foreign for measured in self.rows for sample in measured.samples)

    @property
    def doubts(self) -> list[str]:
        """Why this run says little, if it does."""
        rates = [sample.load.rate for sample in self.floor.samples]
        doubts = []
        if max(rates) > WOBBLE * min(rates):
            doubts.append(f"the floor's own rounds differ by {max(rates) / min(rates):.1f}×")
        if self.foreign > FOREIGN:
            doubts.append(f"others took {self.foreign:.2f} of a processor")
        return doubts


def measure(rows: Sequence[Row], *, rounds: int, seconds: float) -> Run:
    """Ask every row in every round, after a short warming up of each."""
    measured = [Measured(row) for row in rows]
    for row in rows:
        _loading.ask(row.server.port, row.requests(), seconds=1, connections=row.connections)
    for number in range(1, rounds + 1):
        for one in measured:
            _say(f"round {number} of {rounds}: {one.row.name}")
            one.samples.append(sample(one.row, seconds))
    _say("")
    return Run(measured)


def _say(words: str) -> None:
    """How far it is, in one line of the terminal, if there is one."""
    if sys.stderr.isatty():
        print(f"\r{words:<70}\r", end="", file=sys.stderr, flush=True)


def sample(row: Row, seconds: float) -> Sample:
    """Ask a row once."""
    requests = row.requests()
    own, database, machine, begun = _costs(row)
    children = _children()
    load = _loading.ask(row.server.port, requests, seconds=seconds, connections=row.connections)
    own_after, database_after, machine_after, ended = _costs(row)
    own, database = own_after - own, max(database_after - database, 0.0)
    foreign = (machine_after - machine - own - database - (_children() - children)) / (ended - begun)
    answers = max(load.answers, 1)
    return Sample(load, own / answers * 1000, database / answers * 1000, max(foreign, 0.0))


def _costs(row: Row) -> tuple[float, float, float, float]:
    return row.server.cpu(), _servers.postgres_cpu(row.database), _servers.machine_cpu(), time.monotonic()


def _children() -> float:
    """Seconds of processor of the load generators that have ended, and of this process."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
