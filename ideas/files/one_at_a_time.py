"""Read one uploaded file at a time in each process, so that the memory for reading files has a limit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ideas.errors import N_, Refused

#: Reading a file takes at most a few seconds, so a longer queue means an overload or an attack.
WAIT_SECONDS = 20
_lock = threading.Lock()


class TooManyUploads(Refused):
    """Other files are being read, and the wait took too long."""

    message = N_("Há muitos arquivos sendo enviados neste momento. Espere um minuto e envie de novo.")
    status = 503


@contextmanager
def turn() -> Iterator[None]:
    """Wait until no other thread reads a file. Raises TooManyUploads. A thread must not nest two turns."""
    if not _lock.acquire(timeout=WAIT_SECONDS):
        raise TooManyUploads
    try:
        yield
    finally:
        _lock.release()
