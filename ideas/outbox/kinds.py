"""The registries: which events there are and who hears of them, the channels, what else happens.

app.py fills them, on the one screen where the portal is assembled. Several apps may be made in
one process, so the very same registration again changes nothing; another one under a name
already taken raises `Taken`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from ideas.outbox.models import Event


class Taken(Exception):
    """Another registration stands under this name."""


class UnknownKind(Exception):
    """Nobody registered this event's name: a slip of the pen, or a part of the portal not wired."""


class Level(StrEnum):
    """How strongly an event speaks. Channels and preferences choose by it."""

    ALL = "all"  #: for whoever wants everything
    RESULTS = "results"  #: what became of it
    PERSONAL = "personal"  #: addressed to the person: always told


@dataclass(frozen=True)
class Words:
    """What a reader is told: a msgid in pt-BR, the facts that fill it, and where it leads.

    The reader's page translates it and makes the link, in the reader's language.
    """

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    endpoint: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


Hears = Callable[[Event], Iterable[int]]
MayHear = Callable[[Event, Sequence[int]], Iterable[int]]
MakeWords = Callable[[Event], Words]
Levels = Level | Callable[[Event], Level]
Handler = Callable[[Event], None]
Deliver = Callable[[Session, Event, Sequence[int]], None]


@dataclass(frozen=True)
class Kind:
    """What the portal knows of one sort of event."""

    name: str
    hears: Hears | None
    may_hear: MayHear | None
    words: MakeWords | None
    level: Levels


@dataclass(frozen=True)
class Channel:
    """One way to reach people."""

    name: str
    deliver: Deliver
    wants: MayHear


KINDS: dict[str, Kind] = {}
CHANNELS: dict[str, Channel] = {}
HANDLERS: dict[str, list[Handler]] = {}


def kind(
    name: str,
    *,
    hears: Hears | None = None,
    may_hear: MayHear | None = None,
    words: MakeWords | None = None,
    level: Levels = Level.ALL,
) -> None:
    """Register an event's name. Without `hears` it is recorded and nobody is told.

    `hears(event)` gives person ids (the actor is left out for it); `may_hear(event, ids)` those of
    them who may still see the thing, asked at delivery and whenever it is shown; `words(event)` is
    made from the event's own facts; `level` may depend on the event.
    """
    if hears and not (may_hear and words):
        raise TypeError(f"{name}: whoever hears needs words, and a right asked at delivery")
    _register(KINDS, name, Kind(name, hears, may_hear, words, level))


def channel(name: str, deliver: Deliver, wants: MayHear) -> None:
    """Register a way to reach people.

    `wants(event, ids)` gives those who want this event this way; `deliver(session, event, ids)`
    writes for them in the transaction it is given and never commits. Each person is handed to it
    once for each event, as far as its own writing is in that transaction.
    """
    _register(CHANNELS, name, Channel(name, deliver, wants))


def on(name: str, handler: Handler) -> None:
    """Run `handler(event)` in the worker, in a transaction of its own, once for each such event."""
    handlers = HANDLERS.setdefault(name, [])
    if handler not in handlers:
        handlers.append(handler)


def kind_of(name: str) -> Kind:
    """The kind of that name, or UnknownKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"no kind of event is called {name!r}: register it in app.py") from None


def is_heard(name: str) -> bool:
    """Whether a job is needed: somebody hears of such events, or something else happens then."""
    return kind_of(name).hears is not None or bool(HANDLERS.get(name))


def hearers(event: Event) -> list[int]:
    """Everyone who should hear, each once, in order, never the actor. Rights are not asked here."""
    hears = kind_of(event.name).hears
    return sorted(set(hears(event)) - {event.by_id}) if hears else []


def allowed(event: Event, people: Sequence[int]) -> list[int]:
    """Those of these people who may know of the event now."""
    may_hear = kind_of(event.name).may_hear
    return sorted(set(may_hear(event, people)) & set(people)) if may_hear and people else []


def words(event: Event) -> Words:
    """What is told of the event."""
    make = kind_of(event.name).words
    if make is None:
        raise UnknownKind(f"nobody hears of {event.name!r}: it has no words")
    return make(event)


def level(event: Event) -> Level:
    """How strongly this event speaks."""
    found = kind_of(event.name).level
    return found if isinstance(found, Level) else found(event)


Thing = TypeVar("Thing", Kind, Channel)


def _register(registry: dict[str, Thing], name: str, thing: Thing) -> None:
    if registry.setdefault(name, thing) != thing:
        raise Taken(f"{name!r} is registered already, otherwise")
