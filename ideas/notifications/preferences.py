"""How a person wants to be mailed: topic by topic at once, in the day's digest, or never.

What happens also stands under the bell, whatever is chosen here. Letters about one's password and
account are no notices: they always come. A letter's link that ends such mail needs no sign-in: it
is signed, names the person and the topics, and works as long as the letter is kept.
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
    """What a notice is about, as its reader chooses by it."""

    RESULTS = "results"  #: what became of ideas one follows
    NEWS = "news"  #: comments and what else happens to them
    TICKETS = "tickets"
    PERSONAL = "personal"  #: addressed to the person


class Choice(StrEnum):
    """How it is mailed."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


USUAL: Mapping[Topic, Choice] = {
    Topic.RESULTS: Choice.AT_ONCE,
    Topic.NEWS: Choice.DIGEST,
    Topic.TICKETS: Choice.AT_ONCE,
    Topic.PERSONAL: Choice.AT_ONCE,
}
#: Nothing is mailed from 20h to 7h in the person's zone; the digest comes at 8h unless chosen otherwise.
FIRST_HOUR, LAST_HOUR, USUAL_HOUR = 7, 19, 8


class BadLink(Missing):
    """The link was not made by the portal, or was changed."""

    message = N_("Este link não está completo. Abra-o de novo pelo e-mail, ou mude os avisos nas preferências.")


@dataclass(frozen=True)
class Mail:
    """All that a person chose."""

    choices: Mapping[Topic, Choice]
    hour: int


def topic_of(event: Event) -> Topic:
    """What an event is about."""
    if event.name.startswith("ticket_"):
        return Topic.TICKETS
    by_level = {kinds.Level.RESULTS: Topic.RESULTS, kinds.Level.PERSONAL: Topic.PERSONAL}
    return by_level.get(kinds.level(event), Topic.NEWS)


def chosen_by(person_id: int) -> Mail:
    """How the person is mailed."""
    rows = db.session.execute(select(MailChoice.topic, MailChoice.choice).where(MailChoice.person_id == person_id))
    hour = db.session.scalar(select(DigestHour.hour).where(DigestHour.person_id == person_id))
    chosen = {Topic(topic): Choice(choice) for topic, choice in rows}
    return Mail({**USUAL, **chosen}, hour if hour is not None else USUAL_HOUR)


def choose(person: Person, mail: Mail) -> None:
    """Mail the person like this from now on; also what waits already."""
    for topic, choice in mail.choices.items():
        db.session.merge(MailChoice(person_id=person.id, topic=topic, choice=choice))
    db.session.merge(DigestHour(person_id=person.id, hour=mail.hour))


def refuse(person_id: int, topics: Sequence[Topic]) -> None:
    """Mail the person nothing more of these topics."""
    of_these = MailChoice.person_id == person_id, MailChoice.topic.in_(topics)
    db.session.execute(delete(MailChoice).where(*of_these))
    db.session.add_all(MailChoice(person_id=person_id, topic=topic, choice=Choice.NEVER) for topic in topics)
    db.session.flush()


def link_token(person_id: int, topics: Sequence[Topic]) -> str:
    """What the link in a letter of these topics holds."""
    words = f"{person_id}-{'.'.join(sorted(topics))}"
    return f"{words}-{_mark(words)}"


def read_link(token: str) -> tuple[int, list[Topic]]:
    """Whose mail the link ends, and of which topics. Raises BadLink."""
    words, _, mark = token.rpartition("-")
    if not hmac.compare_digest(mark.encode("utf-8", "replace"), _mark(words).encode()):
        raise BadLink
    person_id, _, topics = words.partition("-")
    return int(person_id), [Topic(topic) for topic in topics.split(".")]


def _mark(words: str) -> str:
    return identifying.keyed_hash(f"ideas/unsubscribe\0{words}")[:40]
