"""SQL statements that are built once per process.

Building a statement often costs more than running it. A function decorated with `@statement` builds
its statement on the first call and returns the same object from then on; values that differ from
call to call are bind parameters.

SQLAlchemy fills the attributes of aliases and subqueries on first use and does not expect several
threads to do that at once: columns of one alias then end up in the statement of another. So
statements are built and compiled under one lock. An alias or subquery that several statements share
is itself the result of such a function.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from inspect import signature
from typing import Any, Generic, Protocol, TypeVar, TypeVarTuple, overload

from flask import Flask
from sqlalchemy import ClauseElement, Executable

from ideas.db import db

Arguments = TypeVarTuple("Arguments")
Built = TypeVar("Built")

#: Re-entrant: one statement may use another, or an alias, that is built in its turn.
_LOCK = threading.RLock()
_statements: list["Statement[*tuple[Any, ...], Any]"] = []


class Statement(Generic[*Arguments, Built]):
    """A function whose result is built once for each combination of arguments."""

    def __init__(
        self, build: Callable[[*Arguments], Built], each: Iterable[tuple[*Arguments]], max_size: int | None
    ) -> None:
        self.__doc__ = build.__doc__
        self.name = f"{build.__module__}.{build.__qualname__}"
        #: The arguments that are known in advance.
        self.each = each
        self._build = build
        self._max_size = max_size
        self._built: dict[tuple[*Arguments], Built] = {}

    def __call__(self, *arguments: *Arguments) -> Built:
        try:
            return self._built[arguments]
        except KeyError:
            return self._build_once(arguments)

    def _build_once(self, arguments: tuple[*Arguments]) -> Built:
        with _LOCK:
            if arguments not in self._built:
                built = self._build(*arguments)
                if isinstance(built, Executable):
                    _compile(built)
                if len(self._built) == self._max_size:
                    del self._built[next(iter(self._built))]
                self._built[arguments] = built
            return self._built[arguments]

    def clear(self) -> None:
        """Remove what was built, as a restart does."""
        with _LOCK:
            self._built.clear()


class _Decorator(Protocol):
    def __call__(self, build: Callable[[*Arguments], Built], /) -> Statement[*Arguments, Built]: ...


@overload
def statement(build: Callable[[*Arguments], Built], /) -> Statement[*Arguments, Built]: ...
@overload
def statement(
    *, each: Iterable[tuple[*Arguments]]
) -> Callable[[Callable[[*Arguments], Built]], Statement[*Arguments, Built]]: ...
@overload
def statement(*, max_size: int) -> _Decorator: ...
def statement(build: Any = None, /, *, each: Iterable[Any] = (), max_size: int | None = None) -> Any:
    """Build the function's result once for each combination of arguments, which must be hashable.

    `each` lists the arguments known in advance, for `warm`. Where arguments come from users, `max_size`
    bounds the cache; the oldest entry leaves it first.
    """

    def decorate(build: Callable[..., Any]) -> Statement[*tuple[Any, ...], Any]:
        made = Statement(build, tuple(each) if signature(build).parameters else ((),), max_size)
        _statements.append(made)
        return made

    return decorate if build is None else decorate(build)


def warm(app: Flask) -> None:
    """Build every statement whose arguments are known. Opens no connection, so it may run before a fork."""
    with app.app_context():
        for made in _statements:
            for arguments in made.each:
                made(*arguments)


def registered() -> Sequence[Statement[*tuple[Any, ...], Any]]:
    """The decorated functions of every module that is loaded."""
    return tuple(_statements)


def _compile(built: Executable) -> None:
    """Fill what SQLAlchemy fills at the first compilation. The engine caches the SQL by itself."""
    assert isinstance(built, ClauseElement)
    built.compile(dialect=db.engine.dialect)
