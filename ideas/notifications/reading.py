"""A person's notifications, newest first; the unread count; marking them read.

Access is checked at each display. A notification about something that the reader may no longer see stays in the
list, so that the unread count is right, but has no sentence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, Update, bindparam, func, select, update

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db, rows
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.models import Event
from ideas.statements import statement

FindVisible = Callable[[Iterable[int], Person], set[int]]
_find_visible: dict[str, FindVisible] = {}


@dataclass(frozen=True)
class NotificationItem:
    """A notification for display; `wording` is None if its reader may no longer see the subject."""

    id: int
    at: datetime
    is_unread: bool
    by: Person | None
    wording: kinds.Wording | None


def register_visibility(thing: str, find_visible: FindVisible) -> None:
    """Register the query that finds which of many subjects a person may see. Called by wiring/registries.py.

    Without one, each event is checked by its kind's `may_see`.
    """
    _find_visible[thing] = find_visible


def latest(person: Person, *, before: int | None = None, limit: int) -> list[NotificationItem]:
    """Return the newest notifications, or those before an id: one statement, and one per type of subject."""
    own = _own_notifications(person).order_by(Notification.id.desc()).limit(limit)
    return _to_items(person, own if before is None else own.where(Notification.id < before))


def get(person: Person, number: int) -> NotificationItem | None:
    """Return one of the person's own notifications."""
    return next(iter(_to_items(person, _own_notifications(person).where(Notification.id == number))), None)


def unread_count(person: Person) -> int:
    """Return how many notifications the person has not read."""
    ((unread,),) = rows(_unread(), person=person.id)
    return int(unread)


@statement
def _unread() -> Select[int]:
    person: BindParameter[int] = bindparam("person")
    return select(func.count()).where(Notification.person_id == person, Notification.read_at.is_(None))


def mark_read(person_id: int, number: int) -> Update:
    """Return the statement that marks one of the person's notifications read, for a transaction of its own."""
    return _mark_read(Notification.person_id == person_id, Notification.id == number)


def mark_all_read(person: Person, *, up_to: int) -> None:
    """Mark all notifications read up to this id; later ones stay unread."""
    db.session.execute(_mark_read(Notification.person_id == person.id, Notification.id <= up_to))


def _mark_read(*conditions: ColumnElement[bool]) -> Update:
    return update(Notification).where(*conditions, Notification.read_at.is_(None)).values(read_at=clock.now())


def _own_notifications(person: Person) -> Select[Notification, Event, Person | None]:
    own = select(Notification, Event, Person).join(Event, Event.id == Notification.event_id)
    return own.outerjoin(Person, Person.id == Event.by_id).where(Notification.person_id == person.id)


def _to_items(person: Person, query: Select[Notification, Event, Person | None]) -> list[NotificationItem]:
    found = db.session.execute(query).all()
    visible = _visible_ids([event for _, event, _ in found], person)
    return [
        NotificationItem(
            row.id, row.created_at, row.read_at is None, by, kinds.wording(event) if event.id in visible else None
        )
        for row, event, by in found
    ]


def _visible_ids(events: Sequence[Event], person: Person) -> set[int]:
    """Return the ids of the events whose subjects the person may see now; none of a kind no longer registered."""
    by_thing: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.name in kinds.KINDS:
            by_thing[event.thing].append(event)
    visible: set[int] = set()
    for thing, its_events in by_thing.items():
        if find_visible := _find_visible.get(thing):
            things = find_visible({event.thing_id for event in its_events if event.thing_id is not None}, person)
            visible |= {event.id for event in its_events if event.thing_id in things}
        else:
            visible |= {event.id for event in its_events if kinds.allowed(event, [person.id])}
    return visible
