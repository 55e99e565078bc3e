"""Asking a server the same things again and again, from a process of its own: wrk where it is installed.

Else a small client of threads, which costs more itself: rates of the two are not to be compared.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WRK = None if os.environ.get("BENCH_CLIENT") == "python" else shutil.which("wrk")
CLIENT = "wrk" if WRK else "python"
_THREADS = 2
_BETWEEN = b"\n==\n"


@dataclass(frozen=True)
class Load:
    """What came back: times in milliseconds; `refused` are answers from 400 on, `broken` none at all."""

    answers: int
    seconds: float
    bytes: int
    refused: int
    broken: int
    p50: float
    p99: float
    slowest: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def ask(port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 16) -> Load:
    """Send the requests in their order, again from the first when they are used up, over so many connections."""
    threads = min(_THREADS, connections)
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.write(b"".join(request + _BETWEEN for request in requests))
        file.flush()
        environ = os.environ | {"BENCH_REQUESTS": file.name, "BENCH_THREADS": str(threads)}
        command = [sys.executable, "-m", "bench._loading", str(port), str(seconds), str(connections)]
        if WRK:
            script = Path(__file__).with_name("_requests.lua")
            options = [
                f"-t{threads}",
                f"-c{connections}",
                f"-d{round(seconds)}s",
                "--timeout",
                "20s",
                "-s",
                str(script),
            ]
            command = [WRK, *options, f"http://127.0.0.1:{port}/"]
        answer = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True, timeout=seconds + 60)
    return Load(**json.loads(answer.stdout.decode().strip().rpartition("\n")[2]))


class _Client:
    """Threads that each keep one connection."""

    def __init__(self, port: int, requests: Sequence[bytes], until: float) -> None:
        self._port, self._requests, self._until = port, requests, until
        self._next = 0
        self.times: list[float] = []
        self.bytes = self.refused = self.broken = 0

    def run(self) -> None:
        while time.perf_counter() < self._until:
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=20) as connection:
                    self._talk(connection)
            except OSError:
                self.broken += 1

    def _talk(self, connection: socket.socket) -> None:
        while (begun := time.perf_counter()) < self._until:
            self._next = place = (self._next + 1) % len(self._requests)
            connection.sendall(self._requests[place])
            status, size = read_answer(connection)
            self.times.append((time.perf_counter() - begun) * 1000)
            self.bytes += size
            self.refused += status >= 400


_STATUS, _LENGTH = re.compile(rb"HTTP/1\.[01] (\d+)"), re.compile(rb"(?i)\r\ncontent-length: (\d+)")


def read_answer(connection: socket.socket) -> tuple[int, int]:
    """(status, bytes) of one whole answer."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += _some(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    size = len(head) + 4 + (int(length[1]) if length else 0)
    got = len(head) + 4 + len(body)
    while got < size:
        got += len(_some(connection))
    return int(_STATUS.match(head)[1]), size  # type: ignore[index]


def _some(connection: socket.socket) -> bytes:
    read = connection.recv(262_144)
    if not read:
        raise ConnectionResetError
    return read


def main() -> None:
    port, seconds, connections = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    requests = Path(os.environ["BENCH_REQUESTS"]).read_bytes().split(_BETWEEN)[:-1]
    begun = time.perf_counter()
    client = _Client(port, requests, begun + seconds)
    threads = [threading.Thread(target=client.run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(client.times) or [0.0]
    print(json.dumps({
        "answers": len(client.times), "seconds": time.perf_counter() - begun, "bytes": client.bytes,
        "refused": client.refused, "broken": client.broken, "p50": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)], "slowest": times[-1],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
