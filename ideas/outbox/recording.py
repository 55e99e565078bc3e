"""Writing down what happened, in the deed's own transaction."""

from typing import Any

from ideas import clock, jobs
from ideas.db import db
from ideas.outbox import delivery, kinds
from ideas.outbox.models import Event


def record(name: str, *, thing: str, thing_id: int | None, by: int | None, **data: Any) -> Event:
    """The event, written with the deed: it is told if, and only if, the deed is committed.

    `data` are JSON facts, never sentences. One job is asked for, and only when somebody hears.
    Raises UnknownKind for a name that wiring/registries.py never registered.
    """
    heard = kinds.is_heard(name)
    event = Event(name=name, thing=thing, thing_id=thing_id, by_id=by, data=data,
                  delivered_at=None if heard else clock.now())  # fmt: skip
    db.session.add(event)
    db.session.flush()
    if heard:
        jobs.enqueue(db.session, delivery.deliver, f"event-{event.id}", event.id)
    return event
