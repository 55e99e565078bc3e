"""Registries: kinds of events with their recipients and wording, channels, handlers and emails.

`ideas/wiring/registries.py` fills them at start-up. Several apps may be created in one process, so repeating
a registration changes nothing; a different registration under the same name raises `KindTaken`.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from ideas.outbox.emails import Email
from ideas.outbox.models import Event
from ideas.outbox.wording import Wording as Wording


class KindTaken(Exception):
    """The name is already registered with different values."""


class UnknownKind(Exception):
    """The event's name is not registered: a typo, or a feature that is not wired."""


class EventLevel(StrEnum):
    """How relevant an event is. Followers and email preferences select by it."""

    ALL = "all"  #: for followers of everything
    RESULTS = "results"  #: an outcome, for followers of results too
    PERSONAL = "personal"  #: addressed to the recipient


FindRecipients = Callable[[Event], Iterable[int]]
FilterPeople = Callable[[Event, Sequence[int]], Iterable[int]]
MakeWording = Callable[[Event], Wording]
GroupKey = Callable[[Event], Hashable]
MakeQuote = Callable[[Event], str]
MakeGroupWording = Callable[[Sequence[Event]], Wording]
Levels = EventLevel | Callable[[Event], EventLevel]
Handler = Callable[[Event], None]
Deliver = Callable[[Session, Event, Sequence[int]], None]
FindAddressees = Callable[[Event], Iterable[str]]
WriteEmail = Callable[[Event, str], Email | None]


@dataclass(frozen=True)
class Grouping:
    """Describe several events of one kind in one sentence: those with the same `key`."""

    key: GroupKey
    wording: MakeGroupWording


@dataclass(frozen=True)
class EventKind:
    """The registration of a kind of event; see `register_kind`."""

    name: str
    recipients: FindRecipients | None
    may_see: FilterPeople | None
    wording: MakeWording | None
    level: Levels
    group: Grouping | None
    quote: MakeQuote | None


@dataclass(frozen=True)
class Channel:
    """A way to reach people; see `register_channel`."""

    name: str
    deliver: Deliver
    wants: FilterPeople


@dataclass(frozen=True)
class EmailKind:
    """The email that a kind of event sends; see `register_email`."""

    name: str
    recipients: FindAddressees
    write: WriteEmail


KINDS: dict[str, EventKind] = {}
CHANNELS: dict[str, Channel] = {}
HANDLERS: dict[str, list[Handler]] = {}
EMAILS: dict[str, EmailKind] = {}


def register_kind(
    name: str,
    *,
    recipients: FindRecipients | None = None,
    may_see: FilterPeople | None = None,
    wording: MakeWording | None = None,
    level: Levels = EventLevel.ALL,
    group: Grouping | None = None,
    quote: MakeQuote | None = None,
) -> None:
    """Register a kind of event. Without `recipients` it is recorded, and nobody is notified.

    recipients  person ids; the person who caused the event is removed from them
    may_see     filters the ids of people who may still see the subject; checked at delivery and at every display
    wording     the sentence, made from the event's own data
    level       may depend on the event
    group       describes several such events in one line of an email
    quote       the text that was written, for an email; called only for recipients who passed `may_see`
    """
    if recipients and not (may_see and wording):
        raise TypeError(f"{name}: a kind with recipients needs wording and may_see")
    _register(KINDS, name, EventKind(name, recipients, may_see, wording, level, group, quote))


def register_channel(name: str, deliver: Deliver, wants: FilterPeople) -> None:
    """Register a way to reach people.

    `wants(event, ids)` filters those who want the event through this channel. `deliver(session, event, ids)` writes
    in the given transaction and never commits; it gets each person once per event.
    """
    _register(CHANNELS, name, Channel(name, deliver, wants))


def register_email(name: str, *, recipients: FindAddressees, write: WriteEmail) -> None:
    """Send an email for such events at once, at any hour: passwords, invitations, security.

    `recipients(event)` returns keys: a person's id as text, or an address. `write(event, key)` returns that
    recipient's email, or None if there is nothing left to say. It is called for every attempt, in a transaction that
    commits before the email is sent: one-time links are created there and never stored in clear.
    """
    _register(EMAILS, name, EmailKind(name, recipients, write))


def register_handler(name: str, handler: Handler) -> None:
    """Run `handler(event)` in the worker, once per such event, in a transaction of its own."""
    handlers = HANDLERS.setdefault(name, [])
    if handler not in handlers:
        handlers.append(handler)


def get_kind(name: str) -> EventKind:
    """Return the kind. Raises UnknownKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"no kind of event is called {name!r}: register it in wiring/registries.py") from None


def needs_delivery(name: str) -> bool:
    """Whether such events need a job: the kind has recipients, a handler or an email."""
    return get_kind(name).recipients is not None or bool(HANDLERS.get(name)) or name in EMAILS


def recipients(event: Event) -> list[int]:
    """Return the recipients' ids, sorted and without the actor. Does not check what they may see."""
    find = get_kind(event.name).recipients
    return sorted(set(find(event)) - {event.by_id}) if find else []


def allowed(event: Event, people: Sequence[int]) -> list[int]:
    """Return the ids of these people who may see the event's subject now."""
    may_see = get_kind(event.name).may_see
    return sorted(set(may_see(event, people)) & set(people)) if may_see and people else []


def wording(event: Event) -> Wording:
    """Return the sentence that describes the event. Raises UnknownKind if its kind has none."""
    make = get_kind(event.name).wording
    if make is None:
        raise UnknownKind(f"{event.name!r} has no recipients, so it has no wording")
    return make(event)


def grouped_wording(events: Iterable[Event]) -> list[tuple[Sequence[Event], Wording]]:
    """Return one sentence per event or group of events; a group takes the position of its first event."""
    groups: dict[Hashable, list[Event]] = {}
    for event in events:
        grouping = get_kind(event.name).group
        key = (event.name, grouping.key(event)) if grouping else event.id
        groups.setdefault(key, []).append(event)
    return [(group, _group_wording(group)) for group in groups.values()]


def _group_wording(events: Sequence[Event]) -> Wording:
    grouping = get_kind(events[0].name).group
    return grouping.wording(events) if grouping and len(events) > 1 else wording(events[0])


def quote(event: Event) -> str:
    """Return the text that was written, as it may be read now; "" if there is none."""
    make = get_kind(event.name).quote
    return make(event) if make else ""


def level(event: Event) -> EventLevel:
    """Return the level of this event."""
    registered = get_kind(event.name).level
    return registered if isinstance(registered, EventLevel) else registered(event)


Registered = TypeVar("Registered", EventKind, Channel, EmailKind)


def _register(registry: dict[str, Registered], name: str, new: Registered) -> None:
    if registry.setdefault(name, new) != new:
        raise KindTaken(f"{name!r} is already registered with different values")
