"""Send requests over some connections and record each response: which, when and how long. wrk does not report that."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import _loading

#: Seconds that an answer may take.
PATIENCE = 20


@dataclass(frozen=True)
class Note:
    """One request: its place among all, when it was sent, milliseconds to its answer, and the answer's status.

    The status is 0 for a connection that broke: the operation may have been committed or not.
    """

    place: int
    at: float
    took: float
    status: int


@dataclass
class Asking:
    """Requests on their way, each by the next connection that is free, in their order."""

    port: int
    requests: Iterator[tuple[int, bytes]]
    #: Seconds that a connection rests after each answer.
    rest: float
    notes: list[Note] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        self._over.set()

    def run(self) -> None:
        """One connection's life."""
        while not self._over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                    self._talk(connection)
            except StopIteration:
                return
            except OSError:
                # Noted where it happened; a server that is gone refuses at once.
                self._over.wait(0.05)

    def _talk(self, connection: socket.socket) -> None:
        while not self._over.is_set():
            with self._turn:
                place, request = next(self.requests)
            at, status = time.monotonic(), 0
            try:
                connection.sendall(request)
                status, _ = _loading.read_answer(connection)
            finally:
                self.notes.append(Note(place, at, (time.monotonic() - at) * 1000, status))
            self._over.wait(self.rest)


@contextmanager
def asking(port: int, requests: Iterable[bytes], *, connections: int, rest: float = 0) -> Iterator[Asking]:
    """Ask for the length of the block, or until the requests are used up."""
    under_way = Asking(port, enumerate(requests), rest)
    threads = [threading.Thread(target=under_way.run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield under_way
    finally:
        under_way.stop()
        for thread in threads:
            thread.join()


def over(notes: Sequence[Note], share: float) -> float:
    """Milliseconds within which that share of the answers came; 0 without any."""
    times = sorted(note.took for note in notes)
    return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0
