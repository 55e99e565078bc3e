"""The email channel: notifications are also emailed, as each person prefers.

The channel only stores when each notification is due: now or at the hour of the digest, and never between 20:00 and
7:00 in the person's zone. Each minute, all that are due become one batch, and each recipient in it gets one email.
When that email is written, access, following and preferences are checked again, and notifications that were read in
the portal are left out.
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
from ideas.notifications.models import DigestHour, MailChoice, MailedNotification, Notification
from ideas.notifications.preferences import DEFAULT_FREQUENCIES, DEFAULT_HOUR, FIRST_HOUR, LAST_HOUR, MailFrequency
from ideas.outbox import kinds, mailing, recording
from ideas.outbox.emails import Email, Quote, SendLater
from ideas.outbox.kinds import Wording
from ideas.outbox.models import Event, RefusedAddress

MAIL_BATCH = "notices_mailed"
#: Per email; the last line says how many more there are.
MAX_ITEMS = 30
#: In characters.
MAX_QUOTE_LENGTH = 600
_SEE_ALL = Wording(N_("Ver todos os avisos"), endpoint="notifications.index")


def register() -> None:
    """Register the channel and its email with the outbox. Called by wiring/registries.py."""
    kinds.register_channel(mailing.CHANNEL, deliver, wants)
    kinds.register_kind(MAIL_BATCH)
    kinds.register_email(MAIL_BATCH, recipients=_batch_recipients, write=write)


def wants(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Return those with a working address who did not switch this topic off.

    Return nobody for a kind of event with an email of its own, which chooses its recipients itself.
    """
    if event.name in kinds.EMAILS:
        return []
    topic = preferences.topic_of(event)
    never = exists().where(
        MailChoice.person_id == Person.id, MailChoice.topic == topic, MailChoice.choice == MailFrequency.NEVER
    )
    refused = exists().where(RefusedAddress.address == Person.email)
    return db.session.scalars(
        select(Person.id).where(
            Person.id.in_(people), Person.email.is_not(None), Person.closed_at.is_(None), ~never, ~refused
        )
    )


def deliver(session: Session, event: Event, people: Sequence[int]) -> None:
    """Store when each person gets the event by email."""
    topic, now = preferences.topic_of(event), clock.now()
    choice = func.coalesce(MailChoice.choice, DEFAULT_FREQUENCIES[topic])
    hour = case((choice == MailFrequency.DIGEST, func.coalesce(DigestHour.hour, DEFAULT_HOUR)), else_=None)
    rows = session.execute(
        select(Person.id, Person.time_zone, hour)
        .outerjoin(MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.topic == topic))
        .outerjoin(DigestHour, DigestHour.person_id == Person.id)
        .where(Person.id.in_(people))
    )
    session.execute(
        insert(MailedNotification),
        [{"person_id": id_, "event_id": event.id, "due_at": next_mailing(now, zone, hour)} for id_, zone, hour in rows],
    )


def next_mailing(now: datetime, zone: str, hour: int | None) -> datetime:
    """Return when to email what happens now: at the next `hour`, or at once if None, but never at night."""
    local = now.astimezone(ZoneInfo(zone))
    if hour is None:
        if FIRST_HOUR <= local.hour <= LAST_HOUR:
            return now
        hour = FIRST_HOUR
    day = local.date() if local.hour < hour else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(now.tzinfo)


@jobs.scheduled("notifications.mail_round", "* * * * *")
def start_batch() -> None:
    """Collect all that are due into one batch: one event, and one email per recipient."""
    waiting = MailedNotification.round_id.is_(None), MailedNotification.due_at <= clock.now()
    if db.session.scalar(select(exists().where(*waiting))):
        event = recording.record(MAIL_BATCH, thing="round", thing_id=None, by=None)
        db.session.execute(update(MailedNotification).where(*waiting).values(round_id=event.id))


@jobs.scheduled("notifications.forget_mailed", "35 4 * * *")
def delete_old() -> None:
    """Delete what was emailed long ago. The notifications stay under the bell."""
    sent = MailedNotification.round_id.is_not(None)
    too_old = MailedNotification.due_at < clock.now() - mailing.RETENTION
    db.session.execute(delete(MailedNotification).where(sent, too_old))


def write(event: Event, key: str) -> Email | None:
    """Return one recipient's email, or None if nothing is left to send. Raises SendLater during their night."""
    person = db.session.get_one(Person, int(key))
    now = clock.now()
    if (morning := next_mailing(now, person.time_zone, None)) > now:
        raise SendLater(morning)
    events = [unread for unread in _unread_events(event, person) if _is_still_due(unread, person)]
    if person.email is None or person.closed_at is not None or not events:
        return None
    return _email(person, events)


def _email(person: Person, events: Sequence[Event]) -> Email:
    topics = sorted({preferences.topic_of(event) for event in events})
    token = preferences.unsubscribe_token(person.id, topics)
    body = _body(kinds.grouped_wording(events))
    return Email(
        to=person.email or "",
        name=person.name,
        language=person.language,
        zone=person.time_zone,
        subject=body.subject,
        paragraphs=[Wording(N_("Olá, %(name)s."), {"name": person.name.split()[0]}), *body.paragraphs],
        items=body.items,
        action=body.action,
        preferences=Wording(N_("Escolher quais avisos recebo por e-mail"), endpoint="mail_choices.edit"),
        unsubscribe=Wording(
            N_("Não receber mais estes e-mails"), endpoint="unsubscribing.show", values={"token": token}
        ),
    )


class _EmailBody(NamedTuple):
    """The subject, and what is between the greeting and the footer."""

    subject: Wording
    paragraphs: Sequence[Wording | Quote]
    items: Sequence[Wording]
    action: Wording


def _body(groups: Sequence[tuple[Sequence[Event], Wording]]) -> _EmailBody:
    lines = [_with_actor(events[0], wording) for events, wording in groups[:MAX_ITEMS]]
    if len(lines) == 1:
        (line,), (events, _) = lines, groups[0]
        more: list[Wording | Quote] = [Wording(line.more, line.facts)] if line.more else []
        if len(events) == 1 and (quote := kinds.quote(events[0])):
            more.insert(0, Quote(text.excerpt(quote, MAX_QUOTE_LENGTH)))
        button = Wording(line.button or N_("Ver no portal"), endpoint=line.endpoint, values=line.values)
        return _EmailBody(line, [line, *more], [], button if line.endpoint else _SEE_ALL)
    left_out = len(groups) - len(lines)
    others = N_("E mais um aviso, no portal.") if left_out == 1 else N_("E mais %(num)s avisos, no portal.")
    rest = [Wording(others, {"num": left_out})] if left_out else []
    subject = Wording(N_("%(num)s novidades para você"), {"num": len(groups)})
    return _EmailBody(subject, [Wording(N_("Isto aconteceu no que você acompanha:"))], [*lines, *rest], _SEE_ALL)


def _with_actor(event: Event, wording: Wording) -> Wording:
    """Return the wording with `by`, the name of the actor, among its values."""
    return replace(wording, facts={**wording.facts, "by": _actor(event)})


def _actor(event: Event) -> object:
    by = db.session.get(Person, event.by_id) if event.by_id else None
    if by is None:
        return Wording(N_("O portal"))
    return by.name if by.closed_at is None else Wording(N_("Alguém que saiu do portal"))


def _batch_recipients(event: Event) -> Iterable[str]:
    people = select(MailedNotification.person_id).where(MailedNotification.round_id == event.id).distinct()
    return [str(person) for person in db.session.scalars(people)]


def _unread_events(event: Event, person: Person) -> Sequence[Event]:
    """Return the person's events in the batch that they have not read in the portal, oldest first."""
    unread = or_(Notification.id.is_(None), Notification.read_at.is_(None))
    return db.session.scalars(
        select(Event)
        .join(MailedNotification, MailedNotification.event_id == Event.id)
        .outerjoin(Notification, and_(Notification.event_id == Event.id, Notification.person_id == person.id))
        .where(MailedNotification.round_id == event.id, MailedNotification.person_id == person.id, unread)
        .order_by(Event.id)
    ).all()


def _is_still_due(event: Event, person: Person) -> bool:
    """Whether the person still wants the email, is still a recipient, and may still see the subject."""
    if event.name not in kinds.KINDS:
        return False
    wanted = preferences.load(person.id).frequencies[preferences.topic_of(event)] is not MailFrequency.NEVER
    return wanted and person.id in _current_recipients(event) and person.id in kinds.allowed(event, [person.id])


def _current_recipients(event: Event) -> frozenset[int]:
    """Return the recipients now, cached for a minute: a batch writes thousands of emails about one event."""
    cache = db.session().info.setdefault("recipients", {})
    key = event.id, int(clock.now().timestamp()) // 60
    if key not in cache:
        if len(cache) > 100:
            cache.clear()
        cache[key] = frozenset(kinds.recipients(event))
    people: frozenset[int] = cache[key]
    return people
