"""Servers under measure: started as the portal's own, on a port the kernel gives, watched through /proc."""

import os
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
#: Seconds until a server must answer.
PATIENCE = 30


@dataclass(frozen=True)
class Server:
    """A running gunicorn, and the seconds from its start to its first answer."""

    pid: int
    port: int
    cold_start: float

    def cpu(self) -> float:
        """Seconds of processor that its processes have used, those that ended included."""
        return sum(_seconds(pid) for pid in _tree(self.pid))

    def memory(self) -> int:
        """Bytes that its processes hold, shared ones in proportion (PSS)."""
        return sum(_pss(pid) for pid in _tree(self.pid))


@contextmanager
def serving(target: str, environ: dict[str, str], probe: str) -> Iterator[Server]:
    """A server of that WSGI target for the block: two processes of four threads, as the portal's default."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    command = [
        sys.executable, "-m", "gunicorn", target, "--bind", f"fd://{listener.fileno()}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "4",
        "--forwarded-allow-ips", "", "--no-control-socket", "--log-level", "warning",
        "--worker-tmp-dir", IN_MEMORY,
    ]  # fmt: skip
    begun = time.monotonic()
    log = Path(environ["INSTANCE_PATH"]) / f"{target.partition(':')[0]}.log"
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, pass_fds=[listener.fileno()],
                                   stdout=written, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        port = listener.getsockname()[1]
        _await(process, port, probe, log)
        yield Server(process.pid, port, time.monotonic() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        listener.close()


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
    raise RuntimeError(f"{log} says why it did not start:\n{log.read_text()[-2000:]}")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _tree(int(child))


def _seconds(pid: int) -> float:
    """utime and stime of a process, and of its children that have ended."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / _TICK


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


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
