"""The portal as the worker's tests start it: with a crier whom everyone in town hears.

PEOPLE_AT_ONCE are told in one transaction, LAG is the seconds that takes, and the first FAULTS times fail.
The process kills itself at the moment DIES_AT: the first is right before its first commit, the second right after.
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
from ideas.outbox.emails import Letter
from ideas.outbox.models import Event

LAG = float(os.environ.get("LAG", "0"))
_faults = itertools.count(int(os.environ.get("FAULTS", "0")), -1)


def create_app() -> Flask:
    delivery.CHUNK = int(os.environ.get("PEOPLE_AT_ONCE", delivery.CHUNK))
    app = portal.create_app()
    gather()
    if moment := int(os.environ.get("DIES_AT", "0")):
        _die_at(moment)
    return app


def _die_at(moment: int) -> None:
    left, commit = itertools.count(moment - 1, -1), db.session.commit

    def commit_or_die() -> None:
        for deed in (None, commit):
            if deed is not None:
                deed()
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    db.session.commit = commit_or_die  # type: ignore[method-assign]


def gather() -> None:
    """Make the crier known, and no other channel."""
    kinds.CHANNELS.clear()
    kinds.channel("crier", cry, all_of_them)
    kinds.kind("cried", hears=everyone, may_hear=all_of_them, words=words)
    kinds.kind("posted", hears=everyone, may_hear=all_of_them, words=words)
    kinds.letters("posted", to=addresses, write=hello)


def everyone(event: Event) -> Sequence[int]:
    return db.session.scalars(select(Person.id)).all()


def addresses(event: Event) -> Sequence[str]:
    return [f"{person}@exemplo.example" for person in everyone(event)]


def hello(event: Event, key: str) -> Letter:
    return Letter(to=key, subject=words(event), paragraphs=[words(event)])


def all_of_them(event: Event, people: Sequence[int]) -> Sequence[int]:
    return people


def words(event: Event) -> kinds.Words:
    return kinds.Words("Ouçam todos.")


def cry(session: Session, event: Event, people: Sequence[int]) -> None:
    now = clock.now()
    session.execute(insert(Notification), [{"person_id": id, "event_id": event.id, "created_at": now} for id in people])
    time.sleep(LAG)
    if next(_faults) > 0:
        raise RuntimeError("the crier lost his voice")
