"""Servers and workers under measure: started as the portal's own, on a port the kernel gives, watched through /proc."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from ideas.cli.serving import IN_MEMORY
from ideas.config import ROOT

_TICK = os.sysconf("SC_CLK_TCK")
_COMPLAINT = re.compile(r'"level": "(error|critical)"|Traceback|locked|"status": 5')
#: Seconds until a server must answer.
PATIENCE = 60


@dataclass(frozen=True)
class Memory:
    """Bytes that processes hold, shared ones in proportion (PSS); `database` is what of them is its file, mapped."""

    held: int
    database: int

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.held + other.held, self.database + other.database)

    def __sub__(self, other: "Memory") -> "Memory":
        return Memory(self.held - other.held, self.database - other.database)


@dataclass(frozen=True)
class Processes:
    """A running process with its children, and the file that they log to."""

    pid: int
    log: Path

    def cpu(self) -> float:
        """Seconds of processor that they have used, those that ended included."""
        return sum(_seconds(pid) for pid in _tree(self.pid))

    def memory(self) -> Memory:
        return sum((_memory(pid) for pid in _tree(self.pid)), Memory(0, 0))

    def complaints(self) -> list[str]:
        """What their log says of errors and locks."""
        return [line for line in self.log.read_text().splitlines() if _COMPLAINT.search(line)]

    def children(self) -> dict[str, "Processes"]:
        """Those it started itself, by name: each with its own children."""
        return {_name(pid): Processes(pid, self.log) for pid in _children(self.pid)}

    def kill(self) -> None:
        """End all of them at once, with SIGKILL: nothing of theirs is finished."""
        for pid in list(_tree(self.pid)):
            os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Server(Processes):
    """A running gunicorn, and the seconds from its start to its first answer."""

    port: int
    cold_start: float


@contextmanager
def serving(target: str, environ: dict[str, str], probe: str) -> Iterator[Server]:
    """A server of that WSGI target for the block: two processes of four threads, as the portal's default."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    command = [
        sys.executable, "-m", "gunicorn", target, "--bind", f"fd://{listener.fileno()}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--preload",
        "--forwarded-allow-ips", "", "--no-control-socket", "--log-level", "warning",
        "--worker-tmp-dir", IN_MEMORY,
    ]  # fmt: skip
    begun = time.monotonic()
    log = Path(environ["INSTANCE_PATH"]) / f"{target.partition(':')[0]}.log"
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, pass_fds=[listener.fileno()],
                                   stdout=written, stderr=subprocess.STDOUT)  # fmt: skip
    port = listener.getsockname()[1]
    # Only the server holds the socket now: connections to a killed server are refused at once.
    listener.close()
    try:
        _await(process, port, probe, log)
        yield Server(process.pid, log, port, time.monotonic() - begun)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def working(environ: dict[str, str]) -> Iterator[Processes]:
    """The portal's worker for the block, from when it takes jobs."""
    log = Path(environ["INSTANCE_PATH"]) / "worker.log"
    with _command("worker", environ, log) as process:
        _await_words(process, "jobs:worker:started", log)
        yield Processes(process.pid, log)


@contextmanager
def running(environ: dict[str, str]) -> Iterator[Server]:
    """The whole portal as `bin/run` starts it, for the block: supervisor, web server and worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(environ["INSTANCE_PATH"]) / "run.log"
    begun = time.monotonic()
    with _command("serve", environ | {"PORT": str(port)}, log) as process:
        _await(process, port, "/", log)
        cold_start = time.monotonic() - begun
        _await_words(process, "jobs:worker:started", log)
        yield Server(process.pid, log, port, cold_start)


@contextmanager
def _command(name: str, environ: dict[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """One of the portal's own commands for the block."""
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), name]
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=written,
                                   stderr=subprocess.STDOUT)  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _await_words(process: "subprocess.Popen[bytes]", words: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_text():
        if time.monotonic() > until or process.poll() is not None:
            raise _not_started(log)
        time.sleep(0.05)


def _await(process: "subprocess.Popen[bytes]", port: int, probe: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", probe, headers={"Host": "ideias.example", "X-Forwarded-Proto": "https"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise _not_started(log)


def _not_started(log: Path) -> RuntimeError:
    return RuntimeError(f"{log} says why it did not start:\n{log.read_text()[-2000:]}")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _tree(child)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _name(pid: int) -> str:
    """The name that a process goes by."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _seconds(pid: int) -> float:
    """utime and stime of a process, and of its children that have ended."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / _TICK


def _memory(pid: int) -> Memory:
    held = database = 0
    path = ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            path = rest[-1]
        elif first == "Pss:":
            held += int(rest[0])
            database += int(rest[0]) if path.endswith(".db") else 0
    return Memory(held * 1024, database * 1024)


def postgres_cpu(database: str) -> float:
    """Seconds of processor used by this machine's PostgreSQL for that database's connections; 0 elsewhere."""
    from sqlalchemy import create_engine, text

    if not database.startswith("postgres"):
        return 0.0
    engine = create_engine(database)
    with engine.connect() as connection:
        backends = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = connection.execute(backends).scalars().all()
    engine.dispose()
    return sum(_seconds(pid) for pid in pids if _is_postgres(pid))


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def machine_cpu() -> float:
    """Seconds of processor that the whole machine has used."""
    user, nice, system, _, _, irq, softirq, *_ = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq))) / _TICK
