"""A person's notifications: their own, newest first, with access checked at each display."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.db import db
from ideas.notifications import in_app, reading, wording
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.models import Event
from tests import make
from tests.conftest import statements


def answered(idea: Idea, by: Person) -> Event:
    """Insert the event of a response, as the outbox does."""
    event = Event(name="idea_answered", thing="idea", thing_id=idea.id, by_id=by.id,
                  data={"title": idea.title, "response_id": 1}, delivered_at=clock.now())  # fmt: skip
    db.session.add(event)
    db.session.flush()
    return event


def commented(comment: Comment, idea: Idea) -> Event:
    event = Event(name="idea_commented", thing="comment", thing_id=comment.id, by_id=comment.author_id,
                  data={"title": idea.title, "idea_id": idea.id}, delivered_at=clock.now())  # fmt: skip
    db.session.add(event)
    db.session.flush()
    return event


def notify(event: Event, *people: Person) -> None:
    in_app.deliver(db.session(), event, [person.id for person in people])


def test_list_has_own_notifications_newest_first(bruno: Person, carla: Person, elisa: Person) -> None:
    first, second = make.idea("A primeira ideia"), make.idea("A segunda ideia")
    notify(answered(first, elisa), bruno, carla)
    notify(answered(second, elisa), bruno)
    notifications = reading.latest(bruno, limit=10)
    assert [item.wording.facts["title"] for item in notifications if item.wording] == [
        "A segunda ideia",
        "A primeira ideia",
    ]
    assert all(item.is_unread and item.by is elisa for item in notifications)
    assert (reading.unread_count(bruno), reading.unread_count(carla)) == (2, 1)


def test_list_is_paginated(bruno: Person, elisa: Person) -> None:
    event_ids = []
    for _ in range(5):
        event = answered(make.idea(), elisa)
        notify(event, bruno)
        event_ids.append(event.id)
    first = reading.latest(bruno, limit=3)
    rest = reading.latest(bruno, before=first[-1].id, limit=3)
    assert (len(first), len(rest)) == (3, 2)
    assert [item.id for item in first + rest] == sorted((item.id for item in first + rest), reverse=True)


def test_marking_one_read_keeps_the_others_unread_and_the_first_time(bruno: Person, elisa: Person) -> None:
    for _ in range(2):
        notify(answered(make.idea(), elisa), bruno)
    number = reading.latest(bruno, limit=1)[0].id
    db.session.execute(reading.mark_read(bruno.id, number))
    assert reading.unread_count(bruno) == 1
    row = db.session.get_one(Notification, number)
    db.session.refresh(row)
    first = row.read_at
    db.session.execute(reading.mark_read(bruno.id, number))
    db.session.refresh(row)
    assert row.read_at == first is not None


def test_other_peoples_notifications_are_inaccessible(bruno: Person, carla: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    number = reading.latest(bruno, limit=1)[0].id
    assert reading.get(carla, number) is None
    db.session.execute(reading.mark_read(carla.id, number))
    reading.mark_all_read(carla, up_to=number)
    assert reading.unread_count(bruno) == 1


def test_marking_all_read_keeps_later_ones_unread(bruno: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    shown = reading.latest(bruno, limit=1)[0].id
    notify(answered(make.idea(), elisa), bruno)
    reading.mark_all_read(bruno, up_to=shown)
    assert reading.unread_count(bruno) == 1


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b11_notification_of_a_hidden_idea_has_no_sentence(
    out_of_sight: str, bruno: Person, carla: Person, elisa: Person
) -> None:
    idea, other = make.idea(author=bruno), make.idea()
    notify(answered(idea, elisa), bruno, carla)
    notify(answered(other, elisa), carla)
    setattr(idea, out_of_sight, clock.now())
    db.session.flush()
    assert [item.wording is not None for item in reading.latest(carla, limit=9)] == [True, False]
    assert [item.wording is not None for item in reading.latest(bruno, limit=9)] == [True], "the author still sees it"


@pytest.mark.parametrize("hidden", ["comment", "idea"])
def test_b11_notification_of_a_comment_needs_both_visible(hidden: str, bruno: Person, carla: Person) -> None:
    idea = make.idea()
    comment = make.comment(idea, author=bruno)
    notify(commented(comment, idea), carla)
    assert reading.latest(carla, limit=1)[0].wording
    (comment if hidden == "comment" else idea).hidden_at = clock.now()
    db.session.flush()
    assert reading.latest(carla, limit=1)[0].wording is None


def test_notification_of_an_unregistered_kind_has_no_sentence(bruno: Person, elisa: Person) -> None:
    event = answered(make.idea(), elisa)
    notify(event, bruno)
    event.name = "idea_forgotten"
    db.session.flush()
    assert reading.latest(bruno, limit=1)[0].wording is None


def test_subject_without_a_visibility_query_is_checked_per_event(
    bruno: Person, elisa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(reading._find_visible, "idea")
    shown, hidden = make.idea(), make.idea(hidden_at=clock.now())
    notify(answered(shown, elisa), bruno)
    notify(answered(hidden, elisa), make.person("carla"))
    assert reading.latest(bruno, limit=1)[0].wording
    assert reading.latest(make.person("carla"), limit=1)[0].wording is None


def test_number_of_statements_does_not_depend_on_the_length(bruno: Person, elisa: Person) -> None:
    for _ in range(12):
        idea = make.idea()
        notify(answered(idea, elisa), bruno)
        notify(commented(make.comment(idea), idea), bruno)
    db.session.expire_all()
    assert bruno.id
    with statements() as sent:
        assert len(reading.latest(bruno, limit=50)) == 24
    assert len(sent) == 3


def test_e01_database_rejects_a_second_notification_of_one_event(bruno: Person, elisa: Person) -> None:
    event = answered(make.idea(), elisa)
    notify(event, bruno)
    with pytest.raises(Exception, match=r"(?i)unique"):
        notify(event, bruno)


def test_values_are_translated_to_the_readers_language() -> None:
    class Name:
        def name_in(self, language: str) -> str:
            return {"es": "Planificada"}.get(language, "Planejada")

    sentence = kinds.Wording("…", {"title": "Razão", "status": Name()})
    assert wording.facts_in("es", sentence, by="Elisa") == {"title": "Razão", "status": "Planificada", "by": "Elisa"}


def test_notification_has_the_time_of_its_delivery(bruno: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    at = db.session.scalars(select(Notification.created_at)).one()
    assert abs(at - clock.now()) < timedelta(minutes=1)
