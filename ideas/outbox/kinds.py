"""The registries: which events there are and who hears of them, the channels, what else happens.

wiring/registries.py fills them, on one screen. Several apps may be made in
one process, so the very same registration again changes nothing; another one under a name
already taken raises `Taken`.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from ideas.outbox.emails import Letter
from ideas.outbox.models import Event
from ideas.outbox.words import Words as Words


class Taken(Exception):
    """Another registration stands under this name."""


class UnknownKind(Exception):
    """Nobody registered this event's name: a slip of the pen, or a part of the portal not wired."""


class Level(StrEnum):
    """How strongly an event speaks. Channels and preferences choose by it."""

    ALL = "all"  #: for whoever wants everything
    RESULTS = "results"  #: what became of it
    PERSONAL = "personal"  #: addressed to the person: always told


Hears = Callable[[Event], Iterable[int]]
MayHear = Callable[[Event, Sequence[int]], Iterable[int]]
MakeWords = Callable[[Event], Words]
Alike = Callable[[Event], Hashable]
MakeQuote = Callable[[Event], str]
MakeWordsOfMany = Callable[[Sequence[Event]], Words]
Levels = Level | Callable[[Event], Level]
Handler = Callable[[Event], None]
Deliver = Callable[[Session, Event, Sequence[int]], None]
Addressees = Callable[[Event], Iterable[str]]
WriteLetter = Callable[[Event, str], Letter | None]


@dataclass(frozen=True)
class Together:
    """How several events of one sort are told in one sentence: those of which `alike` says the same."""

    alike: Alike
    words: MakeWordsOfMany


@dataclass(frozen=True)
class Kind:
    """What the portal knows of one sort of event."""

    name: str
    hears: Hears | None
    may_hear: MayHear | None
    words: MakeWords | None
    level: Levels
    together: Together | None
    quote: MakeQuote | None


@dataclass(frozen=True)
class Channel:
    """One way to reach people."""

    name: str
    deliver: Deliver
    wants: MayHear


@dataclass(frozen=True)
class Letters:
    """What is mailed of one sort of event, to persons or to addresses that are nobody's yet."""

    name: str
    to: Addressees
    write: WriteLetter


KINDS: dict[str, Kind] = {}
CHANNELS: dict[str, Channel] = {}
HANDLERS: dict[str, list[Handler]] = {}
LETTERS: dict[str, Letters] = {}


def kind(
    name: str,
    *,
    hears: Hears | None = None,
    may_hear: MayHear | None = None,
    words: MakeWords | None = None,
    level: Levels = Level.ALL,
    together: Together | None = None,
    quote: MakeQuote | None = None,
) -> None:
    """Register an event's name. Without `hears` it is recorded and nobody is told.

    `hears(event)` gives person ids (the actor is left out for it); `may_hear(event, ids)` those of
    them who may still see the thing, asked at delivery and whenever it is shown; `words(event)` is
    made from the event's own facts; `level` may depend on the event. For letters: `together` tells of
    several in one line, and `quote(event)` gives what was written, for those who may read it anyhow.
    """
    if hears and not (may_hear and words):
        raise TypeError(f"{name}: whoever hears needs words, and a right asked at delivery")
    _register(KINDS, name, Kind(name, hears, may_hear, words, level, together, quote))


def channel(name: str, deliver: Deliver, wants: MayHear) -> None:
    """Register a way to reach people.

    `wants(event, ids)` gives those who want this event this way; `deliver(session, event, ids)`
    writes for them in the transaction it is given and never commits. Each person is handed to it
    once for each event, as far as its own writing is in that transaction.
    """
    _register(CHANNELS, name, Channel(name, deliver, wants))


def letters(name: str, *, to: Addressees, write: WriteLetter) -> None:
    """Mail such events, at once and at any hour: passwords, invitations, credentials, security.

    `to(event)` gives the recipients' keys, each a person's id as text or an address; `write(event,
    key)` makes that recipient's letter, or None when there is nothing to say any more. It is asked
    for anew at every try, in a transaction committed before the letter leaves: a one-time link is
    minted there, so that it lies in no row.
    """
    _register(LETTERS, name, Letters(name, to, write))


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
        raise UnknownKind(f"no kind of event is called {name!r}: register it in wiring/registries.py") from None


def is_heard(name: str) -> bool:
    """Whether a job is needed: somebody hears of such events, or something else happens then."""
    return kind_of(name).hears is not None or bool(HANDLERS.get(name)) or name in LETTERS


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


def told_together(events: Iterable[Event]) -> list[tuple[Sequence[Event], Words]]:
    """What is told of each; those that one sentence tells of stand together, in the place of the first of them."""
    groups: dict[Hashable, list[Event]] = {}
    for event in events:
        together = kind_of(event.name).together
        key = (event.name, together.alike(event)) if together else event.id
        groups.setdefault(key, []).append(event)
    return [(some, _words_of(some)) for some in groups.values()]


def _words_of(some: Sequence[Event]) -> Words:
    together = kind_of(some[0].name).together
    return together.words(some) if together and len(some) > 1 else words(some[0])


def quote(event: Event) -> str:
    """What was written then, as its reader may read it now; "" where nothing was."""
    make = kind_of(event.name).quote
    return make(event) if make else ""


def level(event: Event) -> Level:
    """How strongly this event speaks."""
    found = kind_of(event.name).level
    return found if isinstance(found, Level) else found(event)


Thing = TypeVar("Thing", Kind, Channel, Letters)


def _register(registry: dict[str, Thing], name: str, thing: Thing) -> None:
    if registry.setdefault(name, thing) != thing:
        raise Taken(f"{name!r} is registered already, otherwise")
