"""Deliver events to their recipients: none is lost, and nobody is notified twice.

The delivery row has a unique key and is written in one transaction with the channel's own rows. A job that is
killed and run again therefore skips what was delivered and delivers the rest. A channel that reaches outside the
database (email) delivers at least once.
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

#: Recipients per transaction. SQLite has one writer, so other transactions get their turn in between.
BATCH_SIZE = 1000
#: The sweep retries events that are older than this, and no older than RETRY_FOR; then an operator must act.
OVERDUE_AFTER = timedelta(minutes=15)
RETRY_FOR = timedelta(days=7)

RecipientKey = TypeVar("RecipientKey", int, str)

_UNNEST: dict[str, Callable[..., FunctionElement[str]]] = {
    "sqlite": func.json_each,
    "postgresql": func.json_array_elements_text,
}


@jobs.job("outbox.deliver")
def deliver(event_id: int) -> None:
    """Deliver one event to the recipients who may still see its subject, then run its handlers.

    Commits as it goes. Idempotent, and safe to run concurrently with itself.
    """
    event = db.session.get(Event, event_id)
    if event is None or event.delivered_at is not None:
        return
    people = kinds.recipients(event)
    db.session.commit()
    with in_mode(Mode.WRITE):
        for batch in _batches(people):
            _deliver_to(event, batch)
            db.session.commit()
        for keys in _batches(mailing.recipients(event)):
            mailing.enqueue(event, _claim(event, mailing.CHANNEL, keys))
            db.session.commit()
        for handler in kinds.HANDLERS.get(event.name, []):
            _run_handler(event, handler)
            db.session.commit()
        event.delivered_at = clock.now()
        db.session.commit()


def deliver_pending() -> int:
    """Deliver every pending event in this process; return how many there were. Commits."""
    pending = db.session.scalars(_undelivered()).all()
    for event_id in pending:
        deliver(event_id)
    return len(pending)


@jobs.scheduled("outbox.sweep", "*/15 * * * *")
def sweep() -> None:
    """Enqueue events whose job failed or was lost, so that none stays undelivered."""
    now = clock.now()
    stale = _undelivered().where(Event.recorded_at.between(now - RETRY_FOR, now - OVERDUE_AFTER)).limit(BATCH_SIZE)
    for event_id in db.session.scalars(stale).all():
        jobs.enqueue(db.session, deliver, f"event-{event_id}-again-{now:%Y%m%dT%H%M}", event_id)


def overdue(limit: int) -> Sequence[Event]:
    """Return undelivered events, oldest first: no worker is running, or their jobs failed."""
    late = select(Event).where(Event.delivered_at.is_(None), Event.recorded_at < clock.now() - OVERDUE_AFTER)
    return db.session.scalars(late.order_by(Event.id).limit(limit)).all()


def retry(event: Event) -> None:
    """Enqueue the delivery of an event again, at any age."""
    jobs.enqueue(db.session, deliver, f"event-{event.id}-again-{clock.now():%Y%m%dT%H%M%S%f}", event.id)


def _undelivered() -> Select[int]:
    return select(Event.id).where(Event.delivered_at.is_(None)).order_by(Event.id)


def _batches(keys: Sequence[RecipientKey]) -> Iterator[Sequence[RecipientKey]]:
    return (keys[start : start + BATCH_SIZE] for start in range(0, len(keys), BATCH_SIZE))


def _deliver_to(event: Event, batch: Sequence[int]) -> None:
    people = kinds.allowed(event, batch)
    for channel in kinds.CHANNELS.values():
        wanted_by = sorted(set(channel.wants(event, people)) & set(people))
        claimed = _claim(event, channel.name, [str(person) for person in wanted_by])
        if claimed:
            channel.deliver(db.session(), event, [int(key) for key in claimed])


def _run_handler(event: Event, handler: kinds.Handler) -> None:
    if _claim(event, f"on:{handler.__module__}.{handler.__qualname__}", [""]):
        handler(event)


def _claim(event: Event, channel: str, keys: Sequence[str]) -> Sequence[str]:
    """Insert delivery rows; return the recipients that had none."""
    if not keys:
        return []
    engine = db.engine.dialect.name
    # Pass the keys as one JSON parameter instead of thousands; the database unnests it.
    key = _UNNEST[engine](literal(keys, JSON)).table_valued("value").c.value
    rows = select(literal(event.id), literal(channel), key, literal(clock.now(), UtcDateTime)).where(true())
    insert = (
        sql.upsert(Delivery)
        .from_select(["event_id", "channel", "recipient_key", "delivered_at"], rows)
        .on_conflict_do_nothing()
        .returning(Delivery.recipient_key)
    )
    return db.session.scalars(insert).all()
