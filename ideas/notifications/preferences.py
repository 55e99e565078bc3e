"""How often a person gets emails about each topic: at once, in the daily digest, or never.

The list under the bell is not affected. Emails about passwords and accounts are not notifications: they are always
sent. The unsubscribe link of an email needs no sign-in: it is signed, names the person and the topics, and never
expires.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select

from ideas.accounts import identifying
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Missing
from ideas.notifications.models import DigestHour, MailChoice
from ideas.outbox import kinds
from ideas.outbox.models import Event


class Topic(StrEnum):
    """A subject of notifications that a person can configure."""

    RESULTS = "results"  #: outcomes of followed ideas
    NEWS = "news"  #: comments and other changes of followed ideas
    TICKETS = "tickets"
    PERSONAL = "personal"  #: addressed to the recipient


class MailFrequency(StrEnum):
    """How often emails about a topic are sent."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


DEFAULT_FREQUENCIES: Mapping[Topic, MailFrequency] = {
    Topic.RESULTS: MailFrequency.AT_ONCE,
    Topic.NEWS: MailFrequency.DIGEST,
    Topic.TICKETS: MailFrequency.AT_ONCE,
    Topic.PERSONAL: MailFrequency.AT_ONCE,
}
#: No emails are sent between 20:00 and 7:00 in the person's zone; the digest is sent at 8:00 by default.
FIRST_HOUR, LAST_HOUR, DEFAULT_HOUR = 7, 19, 8


class InvalidUnsubscribeLink(Missing):
    """The signature is wrong."""

    message = N_("Este link não está completo. Abra-o de novo pelo e-mail, ou mude os avisos nas preferências.")


@dataclass(frozen=True)
class MailPreferences:
    """A person's frequency for each topic, and the hour of their digest."""

    frequencies: Mapping[Topic, MailFrequency]
    hour: int


def topic_of(event: Event) -> Topic:
    """Return the topic of an event."""
    if event.name.startswith("ticket_"):
        return Topic.TICKETS
    by_level = {kinds.EventLevel.RESULTS: Topic.RESULTS, kinds.EventLevel.PERSONAL: Topic.PERSONAL}
    return by_level.get(kinds.level(event), Topic.NEWS)


def load(person_id: int) -> MailPreferences:
    """Return the person's preferences, with defaults for topics without a choice."""
    rows = db.session.execute(select(MailChoice.topic, MailChoice.choice).where(MailChoice.person_id == person_id))
    hour = db.session.scalar(select(DigestHour.hour).where(DigestHour.person_id == person_id))
    chosen = {Topic(topic): MailFrequency(choice) for topic, choice in rows}
    return MailPreferences({**DEFAULT_FREQUENCIES, **chosen}, hour if hour is not None else DEFAULT_HOUR)


def save(person: Person, preferences: MailPreferences) -> None:
    """Store the preferences. They also apply to emails that are waiting."""
    for topic, frequency in preferences.frequencies.items():
        db.session.merge(MailChoice(person_id=person.id, topic=topic, choice=frequency))
    db.session.merge(DigestHour(person_id=person.id, hour=preferences.hour))


def unsubscribe(person_id: int, topics: Sequence[Topic]) -> None:
    """Send the person no more emails about these topics."""
    chosen = MailChoice.person_id == person_id, MailChoice.topic.in_(topics)
    db.session.execute(delete(MailChoice).where(*chosen))
    db.session.add_all(MailChoice(person_id=person_id, topic=topic, choice=MailFrequency.NEVER) for topic in topics)
    db.session.flush()


def unsubscribe_token(person_id: int, topics: Sequence[Topic]) -> str:
    """Return the signed token for the unsubscribe link of an email about these topics."""
    payload = f"{person_id}-{'.'.join(sorted(topics))}"
    return f"{payload}-{_signature(payload)}"


def parse_unsubscribe_token(token: str) -> tuple[int, list[Topic]]:
    """Return the person's id and the topics. Raises InvalidUnsubscribeLink."""
    payload, _, signature = token.rpartition("-")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(payload).encode()):
        raise InvalidUnsubscribeLink
    person_id, _, topics = payload.partition("-")
    return int(person_id), [Topic(topic) for topic in topics.split(".")]


def _signature(payload: str) -> str:
    return identifying.keyed_hash(f"ideas/unsubscribe\0{payload}")[:40]
