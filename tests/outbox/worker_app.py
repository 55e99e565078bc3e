"""An app for the worker's tests, with one channel and events that notify everyone.

Environment variables control it: BATCH_SIZE recipients per transaction, LAG seconds per transaction, the number of
ERRORS before the channel succeeds, and DIES_AT, the moment when the process kills itself: 1 is right before the first
commit, 2 right after it, and so on.
"""

import itertools
import os
import signal
import time
from collections.abc import Sequence

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ideas import app as portal
from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox import delivery, kinds
from ideas.outbox.emails import Email
from ideas.outbox.models import Event

LAG = float(os.environ.get("LAG", "0"))
_errors = itertools.count(int(os.environ.get("ERRORS", "0")), -1)


def create_app() -> Flask:
    delivery.BATCH_SIZE = int(os.environ.get("BATCH_SIZE", delivery.BATCH_SIZE))
    app = portal.create_app()
    register()
    if moment := int(os.environ.get("DIES_AT", "0")):
        _die_at(moment)
    return app


def _die_at(moment: int) -> None:
    left, commit = itertools.count(moment - 1, -1), db.session.commit

    def commit_or_die() -> None:
        for step in (None, commit):
            if step is not None:
                step()
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    db.session.commit = commit_or_die  # type: ignore[method-assign]


def register() -> None:
    """Register the test channel as the only one, a kind of event, and one that also sends emails."""
    kinds.CHANNELS.clear()
    kinds.register_channel("test", deliver, unchanged)
    kinds.register_kind("announced", recipients=everyone, may_see=unchanged, wording=wording)
    kinds.register_kind("emailed", recipients=everyone, may_see=unchanged, wording=wording)
    kinds.register_email("emailed", recipients=addresses, write=email)


def everyone(event: Event) -> Sequence[int]:
    return db.session.scalars(select(Person.id)).all()


def addresses(event: Event) -> Sequence[str]:
    return [f"{person}@exemplo.example" for person in everyone(event)]


def email(event: Event, key: str) -> Email:
    return Email(to=key, subject=wording(event), paragraphs=[wording(event)])


def unchanged(event: Event, people: Sequence[int]) -> Sequence[int]:
    return people


def wording(event: Event) -> kinds.Wording:
    return kinds.Wording("Ouçam todos.")


def deliver(session: Session, event: Event, people: Sequence[int]) -> None:
    now = clock.now()
    session.execute(insert(Notification), [{"person_id": id, "event_id": event.id, "created_at": now} for id in people])
    time.sleep(LAG)
    if next(_errors) > 0:
        raise RuntimeError("a simulated error")
