"""Stop signals: Ctrl-C, a closed terminal, or a signal from the process manager."""

import signal
from queue import Empty, SimpleQueue

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop:
    """Whether the process was told to stop, and waiting for it.

    A signal may come while this very thread is beginning to wait or to look. A threading.Event would then wait for
    itself for ever; putting into a SimpleQueue is safe at any moment.
    """

    def __init__(self) -> None:
        self._told: SimpleQueue[int] = SimpleQueue()
        self._stopped = False

    def listen(self) -> "Stop":
        """From now on those signals only say this."""
        for number in SIGNALS:
            signal.signal(number, lambda number, _: self._told.put(number))
        return self

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until told; whether it was ever told."""
        if not self._stopped:
            try:
                self._stopped = bool(self._told.get(timeout=seconds))
            except Empty:
                return False
        return True
