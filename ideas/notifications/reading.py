"""A person's notices, newest first; how many are new; marking them read.

What a notice tells is judged anew whenever it is shown: one about something that its reader may no
longer see stays in the list, so that the count is right, but tells nothing.
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

Visible = Callable[[Iterable[int], Person], set[int]]
_visible: dict[str, Visible] = {}


@dataclass(frozen=True)
class Notice:
    """One event as one person is told of it; `words` is None when they may not know of it any more."""

    id: int
    at: datetime
    is_unread: bool
    by: Person | None
    words: kinds.Words | None


def judge(thing: str, visible: Visible) -> None:
    """Say how to ask for many things of a sort at once which a person may see; else each event is asked for.

    Called by wiring/registries.py: features above tell so of their things.
    """
    _visible[thing] = visible


def latest(person: Person, *, before: int | None = None, limit: int) -> list[Notice]:
    """The person's newest notices, or those that came before one: a statement, and one for each sort of thing."""
    mine = _notices(person).order_by(Notification.id.desc()).limit(limit)
    return _as_read_by(person, mine if before is None else mine.where(Notification.id < before))


def notice_of(person: Person, number: int) -> Notice | None:
    """One of the person's own notices."""
    return next(iter(_as_read_by(person, _notices(person).where(Notification.id == number))), None)


def unread_count(person: Person) -> int:
    """How many notices the person has not read."""
    ((unread,),) = rows(_unread(), person=person.id)
    return int(unread)


@statement
def _unread() -> Select[int]:
    person: BindParameter[int] = bindparam("person")
    return select(func.count()).where(Notification.person_id == person, Notification.read_at.is_(None))


def read_now(person_id: int, number: int) -> Update:
    """The statement that notes that the person reads this notice of theirs: for a transaction of its own."""
    return _reading(Notification.person_id == person_id, Notification.id == number)


def mark_all_read(person: Person, *, up_to: int) -> None:
    """Note that the person read everything up to this notice; what came later stays new."""
    db.session.execute(_reading(Notification.person_id == person.id, Notification.id <= up_to))


def _reading(*which: ColumnElement[bool]) -> Update:
    """The first time stays."""
    return update(Notification).where(*which, Notification.read_at.is_(None)).values(read_at=clock.now())


def _notices(person: Person) -> Select[Notification, Event, Person | None]:
    notices = select(Notification, Event, Person).join(Event, Event.id == Notification.event_id)
    return notices.outerjoin(Person, Person.id == Event.by_id).where(Notification.person_id == person.id)


def _as_read_by(person: Person, asked: Select[Notification, Event, Person | None]) -> list[Notice]:
    rows = db.session.execute(asked).all()
    readable = _readable([event for _, event, _ in rows], person)
    return [
        Notice(row.id, row.created_at, row.read_at is None, by, kinds.words(event) if event.id in readable else None)
        for row, event, by in rows
    ]


def _readable(events: Sequence[Event], person: Person) -> set[int]:
    """The ids of those events that the person may know of now. A kind nobody registers any more tells nothing."""
    by_thing: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.name in kinds.KINDS:
            by_thing[event.thing].append(event)
    readable: set[int] = set()
    for thing, some in by_thing.items():
        if visible := _visible.get(thing):
            seen = visible({event.thing_id for event in some if event.thing_id is not None}, person)
            readable |= {event.id for event in some if event.thing_id in seen}
        else:
            readable |= {event.id for event in some if kinds.allowed(event, [person.id])}
    return readable
