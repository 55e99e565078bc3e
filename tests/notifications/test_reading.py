"""A person's notices: theirs alone, newest first, judged anew whenever they are shown."""

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
    """An answer's event, as the outbox keeps it."""
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


def test_notices_are_ones_own_newest_first(bruno: Person, carla: Person, elisa: Person) -> None:
    first, second = make.idea("A primeira ideia"), make.idea("A segunda ideia")
    notify(answered(first, elisa), bruno, carla)
    notify(answered(second, elisa), bruno)
    notices = reading.latest(bruno, limit=10)
    assert [notice.words.facts["title"] for notice in notices if notice.words] == [
        "A segunda ideia",
        "A primeira ideia",
    ]
    assert all(notice.is_unread and notice.by is elisa for notice in notices)
    assert (reading.unread_count(bruno), reading.unread_count(carla)) == (2, 1)


def test_they_come_a_page_at_a_time(bruno: Person, elisa: Person) -> None:
    event_ids = []
    for _ in range(5):
        event = answered(make.idea(), elisa)
        notify(event, bruno)
        event_ids.append(event.id)
    first = reading.latest(bruno, limit=3)
    rest = reading.latest(bruno, before=first[-1].id, limit=3)
    assert (len(first), len(rest)) == (3, 2)
    assert [notice.id for notice in first + rest] == sorted((notice.id for notice in first + rest), reverse=True)


def test_reading_one_leaves_the_others_new_and_keeps_the_first_time(bruno: Person, elisa: Person) -> None:
    for _ in range(2):
        notify(answered(make.idea(), elisa), bruno)
    number = reading.latest(bruno, limit=1)[0].id
    db.session.execute(reading.read_now(bruno.id, number))
    assert reading.unread_count(bruno) == 1
    row = db.session.get_one(Notification, number)
    db.session.refresh(row)
    first = row.read_at
    db.session.execute(reading.read_now(bruno.id, number))
    db.session.refresh(row)
    assert row.read_at == first is not None


def test_nobody_reads_anothers(bruno: Person, carla: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    number = reading.latest(bruno, limit=1)[0].id
    assert reading.notice_of(carla, number) is None
    db.session.execute(reading.read_now(carla.id, number))
    reading.mark_all_read(carla, up_to=number)
    assert reading.unread_count(bruno) == 1


def test_what_came_after_the_page_was_shown_stays_new(bruno: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    shown = reading.latest(bruno, limit=1)[0].id
    notify(answered(make.idea(), elisa), bruno)
    reading.mark_all_read(bruno, up_to=shown)
    assert reading.unread_count(bruno) == 1


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b11_a_notice_of_what_was_hidden_since_tells_nothing(
    out_of_sight: str, bruno: Person, carla: Person, elisa: Person
) -> None:
    idea, other = make.idea(author=bruno), make.idea()
    notify(answered(idea, elisa), bruno, carla)
    notify(answered(other, elisa), carla)
    setattr(idea, out_of_sight, clock.now())
    db.session.flush()
    assert [notice.words is not None for notice in reading.latest(carla, limit=9)] == [True, False]
    assert [notice.words is not None for notice in reading.latest(bruno, limit=9)] == [True], "the author still sees it"


@pytest.mark.parametrize("hidden", ["comment", "idea"])
def test_b11_a_notice_of_a_comment_needs_both_in_sight(hidden: str, bruno: Person, carla: Person) -> None:
    idea = make.idea()
    comment = make.comment(idea, author=bruno)
    notify(commented(comment, idea), carla)
    assert reading.latest(carla, limit=1)[0].words
    (comment if hidden == "comment" else idea).hidden_at = clock.now()
    db.session.flush()
    assert reading.latest(carla, limit=1)[0].words is None


def test_a_kind_that_nobody_registers_any_more_tells_nothing(bruno: Person, elisa: Person) -> None:
    event = answered(make.idea(), elisa)
    notify(event, bruno)
    event.name = "idea_forgotten"
    db.session.flush()
    assert reading.latest(bruno, limit=1)[0].words is None


def test_a_thing_without_a_batch_question_is_asked_for_one_by_one(
    bruno: Person, elisa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(reading._visible, "idea")
    shown, hidden = make.idea(), make.idea(hidden_at=clock.now())
    notify(answered(shown, elisa), bruno)
    notify(answered(hidden, elisa), make.person("carla"))
    assert reading.latest(bruno, limit=1)[0].words
    assert reading.latest(make.person("carla"), limit=1)[0].words is None


def test_a_list_costs_the_same_however_long(bruno: Person, elisa: Person) -> None:
    for _ in range(12):
        idea = make.idea()
        notify(answered(idea, elisa), bruno)
        notify(commented(make.comment(idea), idea), bruno)
    db.session.expire_all()
    assert bruno.id
    with statements() as sent:
        assert len(reading.latest(bruno, limit=50)) == 24
    assert len(sent) == 3


def test_e01_a_person_is_told_of_an_event_once_by_the_database_too(bruno: Person, elisa: Person) -> None:
    event = answered(make.idea(), elisa)
    notify(event, bruno)
    with pytest.raises(Exception, match=r"(?i)unique"):
        notify(event, bruno)


def test_facts_are_put_in_the_readers_language() -> None:
    class Name:
        def name_in(self, language: str) -> str:
            return {"es": "Planificada"}.get(language, "Planejada")

    words = kinds.Words("…", {"title": "Razão", "status": Name()})
    assert wording.facts_in("es", words, by="Elisa") == {"title": "Razão", "status": "Planificada", "by": "Elisa"}


def test_a_notice_is_dated_by_its_telling(bruno: Person, elisa: Person) -> None:
    notify(answered(make.idea(), elisa), bruno)
    at = db.session.scalars(select(Notification.created_at)).one()
    assert abs(at - clock.now()) < timedelta(minutes=1)
