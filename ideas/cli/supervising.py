"""Keeping two processes alive: the web server and one worker.

A worker that dies is started again, after a delay that grows while it keeps dying. A web server
that dies ends everything: it restarts its own processes itself, so its end means it can't run.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

#: Seconds: between two looks at the processes, the first and longest delay before a new start, how
#: long a worker must live to be thought well again, and what both get to end when told to stop.
LOOK = 0.2
DELAYS = (1, 30)
WELL = 60
PATIENCE = 15

_PR_SET_PDEATHSIG = 1


class Process:
    """A child process, in a session of its own: Ctrl-C reaches the supervisor only, which tells the child."""

    def __init__(self, command: Sequence[str], environ: dict[str, str]) -> None:
        self._command = command
        self._environ = environ
        self._delay = DELAYS[0]
        self.start()

    def start(self) -> None:
        self._started = time.monotonic()
        self._running = subprocess.Popen(  # noqa: S603 - our own commands
            self._command,
            env=self._environ,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return self._running.poll()

    def revive(self) -> None:
        """Start it again if it has ended and its delay is over."""
        if self.code is None:
            return
        if time.monotonic() - self._started > WELL + self._delay:
            self._delay = DELAYS[0]
        if time.monotonic() - self._started > self._delay:
            print(f"The worker ended (code {self.code}): starting it again.", file=sys.stderr)
            self._delay = min(self._delay * 2, DELAYS[1])
            self.start()

    def stop(self) -> None:
        if self.code is None:
            self._running.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end, and end it by force at that moment."""
        try:
            self._running.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


def supervise(web: Sequence[str], worker: Sequence[str], environ: dict[str, str], started: Callable[[], None]) -> int:
    """Run both until SIGTERM, SIGINT or SIGHUP; the exit code: 0 when asked to stop.

    `started` is called once both have been started.
    """
    stopping = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, lambda *_: stopping.set())
    server, jobs = Process(web, environ), Process(worker, environ)
    try:
        started()
        while not stopping.wait(LOOK):
            if server.code is not None:
                print(f"The web server ended (code {server.code}).", file=sys.stderr)
                return 1
            jobs.revive()
        return 0
    finally:
        _end(server, jobs)


def _end(*processes: Process) -> None:
    until = time.monotonic() + PATIENCE
    for process in processes:
        process.stop()
    for process in processes:
        process.wait(until)


def _end_with_parent() -> None:
    """Ask the kernel to stop this child when the supervisor is killed: nothing stays behind on the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:
            os.kill(os.getpid(), signal.SIGTERM)
