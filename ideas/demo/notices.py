"""The latest notifications of the people who can sign in; the older ones are read."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from ideas.board.models import Status, StatusChange, Vote
from ideas.comments.models import Comment
from ideas.db import db
from ideas.demo.community import Community
from ideas.demo.discussion import Talk
from ideas.demo.material import Calendar
from ideas.moderation.models import Decision
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.models import Event

#: Days that are told of, and how many of a reader's notices are unread yet.
TOLD, UNREAD = 90, 2


def fill(calendar: Calendar, community: Community, talks: list[Talk], votes: list[Vote], rng: Random) -> None:
    """Create the latest steps and comments as delivered events, with their notifications."""
    readers = {member.person.id for member in community.signing_in.values()}
    following = _following_since(talks, votes)
    events = sorted(_events(calendar.ago(TOLD), talks), key=lambda event: event.recorded_at)
    db.session.add_all(events)
    db.session.flush()
    notices = [notice for event in events for notice in _notices(event, readers, following)]
    _read(calendar, notices, rng)
    db.session.add_all(notices)
    db.session.flush()


def _notices(event: Event, readers: set[int], following: dict[tuple[int, int], datetime]) -> Iterator[Notification]:
    """Return those involved in the idea by then; a decision goes to the author only."""
    idea_id, at = int(event.data.get("idea_id") or event.thing_id or 0), event.recorded_at
    for person_id in sorted(readers.intersection(kinds.recipients(event))):
        if event.name == "words_judged" or following[person_id, idea_id] < at:
            yield Notification(person_id=person_id, event_id=event.id, created_at=at)


def _read(calendar: Calendar, notices: list[Notification], rng: Random) -> None:
    """Everyone has read theirs except the newest."""
    unread: Counter[int] = Counter()
    for notice in reversed(notices):
        unread[notice.person_id] += 1
        if unread[notice.person_id] > UNREAD:
            notice.read_at = min(notice.created_at + timedelta(hours=rng.uniform(0.2, 30)), calendar.now)


def _following_since(talks: list[Talk], votes: list[Vote]) -> dict[tuple[int, int], datetime]:
    """Return when each person first became involved in an idea."""
    times = [((talk.author.person.id, talk.idea.id), talk.idea.published_at) for talk in talks]
    times += [((vote.person_id, vote.idea_id), vote.cast_at) for vote in votes]
    times += [((one.author_id, one.idea_id), one.created_at) for one in db.session.scalars(select(Comment))]
    return dict(sorted(times, key=lambda one: one[1], reverse=True))


def _events(since: datetime, talks: list[Talk]) -> Iterator[Event]:
    titles = {talk.idea.id: talk.idea.title for talk in talks}
    statuses = {status.key: status for status in db.session.scalars(select(Status))}
    for step in db.session.scalars(select(StatusChange).where(StatusChange.at > since)):
        before, after = statuses[step.from_key], statuses[step.to_key]
        data = {
            "title": titles[step.idea_id],
            "from_key": step.from_key,
            "to_key": step.to_key,
            "to_names": {language: after.name_in(language) for language in ("pt-BR", "es", "en")},
            "reopened": before.phase == "ended" and after.phase == "open",
            "target": step.target,
        }
        answered = {"response_id": step.response_id} if step.response_id else {}
        yield _told("idea_status_changed", "idea", step.idea_id, step.by_id, data | answered, step.at)
    for comment in db.session.scalars(select(Comment).where(Comment.created_at > since, Comment.hidden_at.is_(None))):
        data = {"title": titles[comment.idea_id], "idea_id": comment.idea_id}
        yield _told("idea_commented", "comment", comment.id, comment.author_id, data, comment.created_at)
    for decision in db.session.scalars(select(Decision).where(Decision.decided_at > since)):
        data = {"person_id": decision.subject_id, "outcome": decision.outcome, "many": 1}
        yield _told("words_judged", "decision", decision.id, None, data, decision.decided_at)


def _told(name: str, thing: str, thing_id: int, by_id: int | None, data: dict[str, object], at: datetime) -> Event:
    return Event(name=name, thing=thing, thing_id=thing_id, by_id=by_id, data=data, recorded_at=at, delivered_at=at)
