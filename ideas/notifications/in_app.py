"""The in-app channel: every notification is listed under the bell, whatever the email preferences are."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ideas import clock
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.models import Event

NAME = "in_app"


def register() -> None:
    """Register the channel with the outbox. Called by wiring/registries.py."""
    kinds.register_channel(NAME, deliver, wants)


def wants(event: Event, people: Sequence[int]) -> Sequence[int]:
    """Return everyone: in-app notifications cannot be switched off."""
    return people


def deliver(session: Session, event: Event, people: Sequence[int]) -> None:
    """Insert one notification per person. The outbox passes each person once per event."""
    now = clock.now()
    session.execute(
        insert(Notification), [{"person_id": person, "event_id": event.id, "created_at": now} for person in people]
    )
