"""Queries that several test modules use to check results."""

from sqlalchemy import func, select

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.db import db
from ideas.notifications import reading
from ideas.notifications.models import Notification
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.models import Event


def count(table: type) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def address_of(idea: Idea) -> str:
    """Return the address of an idea's page."""
    return f"/ideias/{idea.id}-{idea.slug}"


def event_names(person: Person) -> list[str]:
    """Return the names of the events that notified a person, oldest first."""
    names = select(Event.name).join(Notification, Notification.event_id == Event.id)
    return list(db.session.scalars(names.where(Notification.person_id == person.id).order_by(Notification.id)))


def notifications_of(person: Person) -> list[str]:
    """Deliver pending events, and return the sentences of a person's notifications, newest first."""
    db.session.commit()
    deliver_pending()
    return [notice.wording.sentence if notice.wording else "–" for notice in reading.latest(person, limit=20)]
