"""How the transactions that begin from now on behave: chosen at the edges, once per request, command or job."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Mode(Enum):
    """What the code is about to do with the database."""

    #: Read only. On PostgreSQL each statement runs by itself, which saves BEGIN and ROLLBACK and keeps the
    #: driver's prepared statements.
    READ = "read"
    #: An ordinary transaction. PostgreSQL delivers rows in chunks only inside one, so exports use it.
    TRANSACTION = "transaction"
    #: A transaction that takes SQLite's write lock when it begins, so that it never fails half-way for want of it.
    WRITE = "write"


_mode: ContextVar[Mode] = ContextVar("mode", default=Mode.TRANSACTION)


def current_mode() -> Mode:
    """The mode of the request, command or job that runs."""
    return _mode.get()


def set_mode(mode: Mode) -> None:
    """Choose the mode from here on. A transaction that already began is not changed."""
    _mode.set(mode)


@contextmanager
def in_mode(mode: Mode) -> Iterator[None]:
    """Use the mode inside the block."""
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)
