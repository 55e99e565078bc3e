"""The in-app channel: what people hear stands under the bell, whatever else they chose."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ideas import clock
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.models import Event

NAME = "in_app"


def register() -> None:
    """Make the channel known to the outbox. Called by wiring/registries.py."""
    kinds.channel(NAME, deliver, wants)


def wants(event: Event, people: Sequence[int]) -> Sequence[int]:
    """Everyone: a notice waits quietly until its reader comes."""
    return people


def deliver(session: Session, event: Event, people: Sequence[int]) -> None:
    """Put the event under these people's bells; the outbox gives each person once."""
    now = clock.now()
    session.execute(
        insert(Notification), [{"person_id": person, "event_id": event.id, "created_at": now} for person in people]
    )
