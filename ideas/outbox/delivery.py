"""Taking an event to everyone who should hear: none lost, nobody told twice.

The delivery row and the channel's own writing are one transaction, and the row's key is unique:
killed anywhere and run again, what was told is not told again and the rest still is. A channel
that reaches outside the database (mail) can promise only at least once.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import JSON, Select, func, literal, select, true
from sqlalchemy.sql.functions import FunctionElement

from ideas import clock, jobs, sql
from ideas.db import UtcDateTime, db
from ideas.modes import Mode, in_mode
from ideas.outbox import kinds, mailing
from ideas.outbox.models import Delivery, Event

#: People told in one transaction. SQLite has one writer: other deeds get their turn in between.
CHUNK = 1000
#: A job has this long to succeed before the sweep asks again; after a week somebody must look.
PATIENCE = timedelta(minutes=15)
MEMORY = timedelta(days=7)

Key = TypeVar("Key", int, str)

_EACH: dict[str, Callable[..., FunctionElement[str]]] = {
    "sqlite": func.json_each,
    "postgresql": func.json_array_elements_text,
}


@jobs.job("outbox.deliver")
def deliver(event_id: int) -> None:
    """Tell of one event whoever should hear and still may, then do what else happens.

    Commits as it goes. Safe to run again, and at the same time as itself.
    """
    event = db.session.get(Event, event_id)
    if event is None or event.delivered_at is not None:
        return
    people = kinds.hearers(event)
    db.session.commit()
    with in_mode(Mode.WRITE):
        for some in _chunks(people):
            _tell(event, some)
            db.session.commit()
        for keys in _chunks(mailing.recipients(event)):
            mailing.put_in_the_post(event, _claim(event, mailing.CHANNEL, keys))
            db.session.commit()
        for handler in kinds.HANDLERS.get(event.name, []):
            _run(event, handler)
            db.session.commit()
        event.delivered_at = clock.now()
        db.session.commit()


def deliver_pending() -> int:
    """Deliver here and now every event that waits; how many there were. Commits."""
    waiting = db.session.scalars(_undelivered()).all()
    for event_id in waiting:
        deliver(event_id)
    return len(waiting)


@jobs.scheduled("outbox.sweep", "*/15 * * * *")
def sweep() -> None:
    """Ask again for the events whose job gave up or was lost: none is left untold in silence."""
    now = clock.now()
    stale = _undelivered().where(Event.recorded_at.between(now - MEMORY, now - PATIENCE)).limit(CHUNK)
    for event_id in db.session.scalars(stale).all():
        jobs.enqueue(db.session, deliver, f"event-{event_id}-again-{now:%Y%m%dT%H%M}", event_id)


def overdue(limit: int) -> Sequence[Event]:
    """Events that should have been told by now, the oldest first: no worker runs, or their jobs failed."""
    late = select(Event).where(Event.delivered_at.is_(None), Event.recorded_at < clock.now() - PATIENCE)
    return db.session.scalars(late.order_by(Event.id).limit(limit)).all()


def try_again(event: Event) -> None:
    """Ask once more for an event to be told, however long ago it was."""
    jobs.enqueue(db.session, deliver, f"event-{event.id}-again-{clock.now():%Y%m%dT%H%M%S%f}", event.id)


def _undelivered() -> Select[int]:
    return select(Event.id).where(Event.delivered_at.is_(None)).order_by(Event.id)


def _chunks(whole: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK))


def _tell(event: Event, some: Sequence[int]) -> None:
    people = kinds.allowed(event, some)
    for channel in kinds.CHANNELS.values():
        wanting = sorted(set(channel.wants(event, people)) & set(people))
        fresh = _claim(event, channel.name, [str(person) for person in wanting])
        if fresh:
            channel.deliver(db.session(), event, [int(key) for key in fresh])


def _run(event: Event, handler: kinds.Handler) -> None:
    if _claim(event, f"on:{handler.__module__}.{handler.__qualname__}", [""]):
        handler(event)


def _claim(event: Event, channel: str, keys: Sequence[str]) -> Sequence[str]:
    """Those of the recipients whose delivery row was really written now."""
    if not keys:
        return []
    engine = db.engine.dialect.name
    # One value instead of thousands: the list travels as JSON and the database unfolds it.
    key = _EACH[engine](literal(keys, JSON)).table_valued("value").c.value
    rows = select(literal(event.id), literal(channel), key, literal(clock.now(), UtcDateTime)).where(true())
    written = (
        sql.upsert(Delivery)
        .from_select(["event_id", "channel", "recipient_key", "delivered_at"], rows)
        .on_conflict_do_nothing()
        .returning(Delivery.recipient_key)
    )
    return db.session.scalars(written).all()
