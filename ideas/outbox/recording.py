"""Record an event in the transaction of the operation that caused it."""

from typing import Any

from ideas import clock, jobs
from ideas.db import db
from ideas.outbox import delivery, kinds
from ideas.outbox.models import Event


def record(name: str, *, thing: str, thing_id: int | None, by: int | None, **data: Any) -> Event:
    """Record an event. It is delivered if, and only if, the caller's transaction commits.

    `data` holds JSON values, never sentences. Enqueues one delivery job, if the kind needs delivery.
    Raises UnknownKind for a name that is not registered.
    """
    needs_delivery = kinds.needs_delivery(name)
    event = Event(name=name, thing=thing, thing_id=thing_id, by_id=by, data=data,
                  delivered_at=None if needs_delivery else clock.now())  # fmt: skip
    db.session.add(event)
    db.session.flush()
    if needs_delivery:
        jobs.enqueue(db.session, delivery.deliver, f"event-{event.id}", event.id)
    return event
