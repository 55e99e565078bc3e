"""The mail channel: what one hears under the bell is mailed too, as each person chose.

The channel only notes what is due to whom and when: now, at the hour of the digest, and never between
20h and 7h in the person's zone. Each minute a round takes all that is due; whoever has something in
it gets one letter, written by the worker when it leaves. Rights, following and choices are asked again
then; what was read in the portal meanwhile is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ideas import clock, jobs, text
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_
from ideas.notifications import preferences
from ideas.notifications.models import DigestHour, MailChoice, MailedNotice, Notification
from ideas.notifications.preferences import FIRST_HOUR, LAST_HOUR, USUAL, USUAL_HOUR, Choice
from ideas.outbox import kinds, mailing, recording
from ideas.outbox.emails import Letter, NotNow, Quote
from ideas.outbox.kinds import Words
from ideas.outbox.models import Event, RefusedAddress

ROUND = "notices_mailed"
#: Lines of one letter; how many more there are is said.
MOST = 30
#: Characters of what is quoted.
LONGEST_QUOTE = 600
_ALL = Words(N_("Ver todos os avisos"), endpoint="notifications.index")


def register() -> None:
    """Make the channel and its letters known to the outbox. Called by wiring/registries.py."""
    kinds.channel(mailing.CHANNEL, deliver, wants)
    kinds.kind(ROUND)
    kinds.letters(ROUND, to=_readers, write=write)


def wants(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those with an address that takes mail, who did not choose otherwise.

    Nobody, for an event that has letters of its own: to whom they go, and how many in a day, is theirs to say.
    """
    if event.name in kinds.LETTERS:
        return []
    topic = preferences.topic_of(event)
    never = exists().where(
        MailChoice.person_id == Person.id, MailChoice.topic == topic, MailChoice.choice == Choice.NEVER
    )
    refused = exists().where(RefusedAddress.address == Person.email)
    return db.session.scalars(
        select(Person.id).where(
            Person.id.in_(people), Person.email.is_not(None), Person.closed_at.is_(None), ~never, ~refused
        )
    )


def deliver(session: Session, event: Event, people: Sequence[int]) -> None:
    """Note what is due to these, and when."""
    topic, now = preferences.topic_of(event), clock.now()
    choice = func.coalesce(MailChoice.choice, USUAL[topic])
    hour = case((choice == Choice.DIGEST, func.coalesce(DigestHour.hour, USUAL_HOUR)), else_=None)
    rows = session.execute(
        select(Person.id, Person.time_zone, hour)
        .outerjoin(MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.topic == topic))
        .outerjoin(DigestHour, DigestHour.person_id == Person.id)
        .where(Person.id.in_(people))
    )
    session.execute(
        insert(MailedNotice),
        [{"person_id": id_, "event_id": event.id, "due_at": due(now, zone, hour)} for id_, zone, hour in rows],
    )


def due(now: datetime, zone: str, hour: int | None) -> datetime:
    """When something is mailed that happens now: at the next such hour, or at once (None) but never at night."""
    there = now.astimezone(ZoneInfo(zone))
    if hour is None:
        if FIRST_HOUR <= there.hour <= LAST_HOUR:
            return now
        hour = FIRST_HOUR
    day = there.date() if there.hour < hour else there.date() + timedelta(days=1)
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(now.tzinfo)


@jobs.scheduled("notifications.mail_round", "* * * * *")
def go_round() -> None:
    """Take all that is due along: one event, one letter for each who has something in it."""
    waiting = MailedNotice.round_id.is_(None), MailedNotice.due_at <= clock.now()
    if db.session.scalar(select(exists().where(*waiting))):
        event = recording.record(ROUND, thing="round", thing_id=None, by=None)
        db.session.execute(update(MailedNotice).where(*waiting).values(round_id=event.id))


@jobs.scheduled("notifications.forget_mailed", "35 4 * * *")
def forget_mailed() -> None:
    """What was mailed long ago is forgotten; the notices themselves stay under the bell."""
    long_ago = clock.now() - mailing.KEPT
    db.session.execute(delete(MailedNotice).where(MailedNotice.round_id.is_not(None), MailedNotice.due_at < long_ago))


def write(event: Event, key: str) -> Letter | None:
    """The letter of one reader, in whose night it waits; None when nothing is left to tell. Raises NotNow."""
    person = db.session.get_one(Person, int(key))
    now = clock.now()
    if (morning := due(now, person.time_zone, None)) > now:
        raise NotNow(morning)
    told = [one for one in _noted(event, person) if _still(one, person)]
    if person.email is None or person.closed_at is not None or not told:
        return None
    return _letter(person, told)


def _letter(person: Person, told: Sequence[Event]) -> Letter:
    topics = sorted({preferences.topic_of(event) for event in told})
    token = preferences.link_token(person.id, topics)
    body = _body(kinds.told_together(told))
    return Letter(
        to=person.email or "",
        name=person.name,
        language=person.language,
        zone=person.time_zone,
        subject=body.subject,
        paragraphs=[Words(N_("Olá, %(name)s."), {"name": person.name.split()[0]}), *body.paragraphs],
        items=body.items,
        action=body.action,
        preferences=Words(N_("Escolher quais avisos recebo por e-mail"), endpoint="mail_choices.edit"),
        unsubscribe=Words(N_("Não receber mais estes e-mails"), endpoint="unsubscribing.show", values={"token": token}),
    )


class _Body(NamedTuple):
    """What a letter of notices says between its greeting and its end."""

    subject: Words
    paragraphs: Sequence[Words | Quote]
    items: Sequence[Words]
    action: Words


def _body(told: Sequence[tuple[Sequence[Event], Words]]) -> _Body:
    lines = [_named(some[0], words) for some, words in told[:MOST]]
    if len(lines) == 1:
        (line,), (some, _) = lines, told[0]
        more: list[Words | Quote] = [Words(line.more, line.facts)] if line.more else []
        if len(some) == 1 and (written := kinds.quote(some[0])):
            more.insert(0, Quote(text.excerpt(written, LONGEST_QUOTE)))
        button = Words(line.button or N_("Ver no portal"), endpoint=line.endpoint, values=line.values)
        return _Body(line, [line, *more], [], button if line.endpoint else _ALL)
    left_out = len(told) - len(lines)
    others = N_("E mais um aviso, no portal.") if left_out == 1 else N_("E mais %(num)s avisos, no portal.")
    rest = [Words(others, {"num": left_out})] if left_out else []
    subject = Words(N_("%(num)s novidades para você"), {"num": len(told)})
    return _Body(subject, [Words(N_("Isto aconteceu no que você acompanha:"))], [*lines, *rest], _ALL)


def _named(event: Event, words: Words) -> Words:
    """The words, with the name of whoever did it."""
    return replace(words, facts={**words.facts, "by": _who(event)})


def _who(event: Event) -> object:
    by = db.session.get(Person, event.by_id) if event.by_id else None
    if by is None:
        return Words(N_("O portal"))
    return by.name if by.closed_at is None else Words(N_("Alguém que saiu do portal"))


def _readers(event: Event) -> Iterable[str]:
    people = select(MailedNotice.person_id).where(MailedNotice.round_id == event.id).distinct()
    return [str(person) for person in db.session.scalars(people)]


def _noted(event: Event, person: Person) -> Sequence[Event]:
    """What the round has for the person and they have not read in the portal, oldest first."""
    unread = or_(Notification.id.is_(None), Notification.read_at.is_(None))
    return db.session.scalars(
        select(Event)
        .join(MailedNotice, MailedNotice.event_id == Event.id)
        .outerjoin(Notification, and_(Notification.event_id == Event.id, Notification.person_id == person.id))
        .where(MailedNotice.round_id == event.id, MailedNotice.person_id == person.id, unread)
        .order_by(Event.id)
    ).all()


def _still(event: Event, person: Person) -> bool:
    """Whether the person wants to, should and may hear of it now."""
    if event.name not in kinds.KINDS:
        return False
    wanted = preferences.chosen_by(person.id).choices[preferences.topic_of(event)] is not Choice.NEVER
    return wanted and person.id in _hearers(event) and person.id in kinds.allowed(event, [person.id])


def _hearers(event: Event) -> frozenset[int]:
    """Who should hear of it, asked for once a minute at most: a round writes thousands of letters of one event."""
    asked = db.session().info.setdefault("hearers", {})
    key = event.id, int(clock.now().timestamp()) // 60
    if key not in asked:
        if len(asked) > 100:
            asked.clear()
        asked[key] = frozenset(kinds.hearers(event))
    people: frozenset[int] = asked[key]
    return people
