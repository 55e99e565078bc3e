"""Supervise two processes: the web server and one worker.

Both are forked from the process that has loaded the portal, so they share its memory and start fast. A worker that
exits is restarted after a delay that grows while it keeps exiting. When the web server exits, the supervisor exits
too: gunicorn restarts its own processes, so its exit means that it cannot run.
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

POLL_SECONDS = 0.2
#: The first and the longest delay before a restart, in seconds.
RESTART_DELAYS = (1, 30)
#: The uptime in seconds after which the restart delay resets.
STABLE_SECONDS = 60
#: Seconds for both processes to stop before they are killed.
STOP_TIMEOUT_SECONDS = 15

_FORKING = multiprocessing.get_context("fork")
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


class Process:
    """A child process in a session of its own: Ctrl-C reaches only the supervisor, which stops the child."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name = name
        self._work = work
        self._delay = RESTART_DELAYS[0]
        self.start()

    def start(self) -> None:
        self._started = time.monotonic()
        self._running = _FORKING.Process(target=_run_child, args=(self._name, self._work, os.getpid()))
        self._running.start()

    @property
    def code(self) -> int | None:
        """The exit code, once it has exited."""
        return self._running.exitcode

    def restart_if_exited(self) -> None:
        """Restart the process if it has exited and the delay is over."""
        if self.code is None:
            return
        if time.monotonic() - self._started > STABLE_SECONDS + self._delay:
            self._delay = RESTART_DELAYS[0]
        if time.monotonic() - self._started > self._delay:
            print(f"The worker ended (code {self.code}): starting it again.", file=sys.stderr)
            self._delay = min(self._delay * 2, RESTART_DELAYS[1])
            self.start()

    def stop(self) -> None:
        if self.code is None:
            self._running.terminate()

    def wait(self, until: float) -> None:
        """Wait for the process to exit, and kill it at the given time."""
        self._running.join(max(0.0, until - time.monotonic()))
        if self.code is None:
            self._running.kill()
            self._running.join()


def supervise(web: Callable[[], object], worker: Callable[[], object], started: Callable[[], None]) -> int:
    """Run both until SIGTERM, SIGINT or SIGHUP, and return the exit code: 0 after a stop signal.

    Both run in processes forked from this one, which must have no open connection and only one thread. `started` is
    called once both have been started.
    """
    stop = Stop().listen()
    # Memory that the garbage collector never touches stays shared.
    gc.collect()
    gc.freeze()
    server, jobs = Process("portal-web", web), Process("portal-worker", worker)
    try:
        started()
        while not stop.wait(POLL_SECONDS):
            if server.code is not None:
                print(f"The web server ended (code {server.code}).", file=sys.stderr)
                return 1
            jobs.restart_if_exited()
        return 0
    finally:
        _end(server, jobs)


def _end(*processes: Process) -> None:
    until = time.monotonic() + STOP_TIMEOUT_SECONDS
    for process in processes:
        process.stop()
    for process in processes:
        process.wait(until)


def _run_child(name: str, work: Callable[[], object], parent: int) -> None:
    """Run the child's work outside the supervisor's contexts."""
    os.setsid()
    for signum in SIGNALS:
        signal.signal(signum, signal.SIG_DFL)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_PR_SET_NAME, name.encode())
        # A killed supervisor must not leave a server on the port.
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)
    Context().run(work)
