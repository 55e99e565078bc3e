"""Stop signals: Ctrl-C, a closed terminal, or a signal from the process manager."""

import signal
from queue import Empty, SimpleQueue

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop:
    """Waits for a stop signal.

    A signal may arrive while this thread is entering the wait. A threading.Event would then deadlock on its own lock;
    SimpleQueue.put is reentrant.
    """

    def __init__(self) -> None:
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._stopped = False

    def listen(self) -> "Stop":
        """Handle the stop signals from now on."""
        for number in SIGNALS:
            signal.signal(number, lambda number, _: self._signals.put(number))
        return self

    def wait(self, seconds: float) -> bool:
        """Wait for a signal, at most this long. Return whether one has ever arrived."""
        if not self._stopped:
            try:
                self._stopped = bool(self._signals.get(timeout=seconds))
            except Empty:
                return False
        return True
