"""Keeping two processes alive: the web server and one worker.

Both are forked from the process that has loaded the portal: what they only read is in memory once, and neither
loads it again. A worker that dies is started again, after a delay that grows while it keeps dying. A web server
that dies ends everything: it restarts its own processes itself, so its end means it can't run.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextvars import Context

from ideas.cli.shutdown import SIGNALS, Stop

#: Seconds: between two looks at the processes, the first and longest delay before a new start, how
#: long a worker must live to be thought well again, and what both get to end when told to stop.
LOOK = 0.2
DELAYS = (1, 30)
WELL = 60
PATIENCE = 15

_FORKING = multiprocessing.get_context("fork")
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


class Process:
    """A child process, in a session of its own: Ctrl-C reaches the supervisor only, which tells the child."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name = name
        self._work = work
        self._delay = DELAYS[0]
        self.start()

    def start(self) -> None:
        self._started = time.monotonic()
        self._running = _FORKING.Process(target=_be, args=(self._name, self._work, os.getpid()))
        self._running.start()

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return self._running.exitcode

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
        self._running.join(max(0.0, until - time.monotonic()))
        if self.code is None:
            self._running.kill()
            self._running.join()


def supervise(web: Callable[[], object], worker: Callable[[], object], started: Callable[[], None]) -> int:
    """Run both until SIGTERM, SIGINT or SIGHUP; the exit code: 0 when asked to stop.

    They are called in processes of their own, forked from this one, which may hold no connection and must have
    one thread. `started` is called once both have been started.
    """
    stop = Stop().listen()
    # What the collector never touches stays shared.
    gc.collect()
    gc.freeze()
    server, jobs = Process("portal-web", web), Process("portal-worker", worker)
    try:
        started()
        while not stop.wait(LOOK):
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


def _be(name: str, work: Callable[[], object], parent: int) -> None:
    """The child's whole life, in no context of the supervisor's."""
    os.setsid()
    for signum in SIGNALS:
        signal.signal(signum, signal.SIG_DFL)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_PR_SET_NAME, name.encode())
        # A supervisor that is killed leaves nothing behind on the port.
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)
    Context().run(work)
