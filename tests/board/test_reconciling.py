"""The nightly check: one unit of drift is found, healed and told."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from ideas.accounts.models import Person
from ideas.board.voting import casting, reconciling, recounting
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox import delivery, kinds
from ideas.outbox.models import Event
from tests import make


@pytest.mark.parametrize("counter", ["people_count", "company_count", "nice_count", "critical_count"])
def test_d14_a_counter_changed_in_the_database_is_healed_at_night_and_told(
    counter: str, bruno: Person, iris: Person
) -> None:
    idea, sound = make.idea(), make.idea()
    for one in (idea, sound):
        casting.cast(one, voter=bruno, company=make.company_of(bruno))
    db.session.commit()
    total = ", total_count = total_count + 1" if counter == "people_count" else ""
    db.session.execute(text(f"UPDATE idea SET {counter} = {counter} + 1{total} WHERE id = {idea.id}"))
    db.session.commit()
    reconciling.recount()
    db.session.commit()
    db.session.refresh(idea)
    assert (idea.people_count, idea.company_count, idea.nice_count, idea.critical_count) == (1, 1, 0, 0)
    event = db.session.scalars(select(Event)).one()
    assert (event.name, event.data["ideas"]) == ("counters_drifted", 1)
    (drift,) = event.data["drifts"]
    assert (drift["idea"], drift["kept"][counter] - drift["counted"][counter]) == (idea.id, 1)
    delivery.deliver_pending()
    assert db.session.scalars(select(Notification.person_id)).all() == [iris.id]
    assert kinds.wording(event).facts["ideas"] == 1


def test_a_sound_night_says_nothing(bruno: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    db.session.commit()
    reconciling.recount()
    assert db.session.scalars(select(Event.name)).all() == []


def test_others_may_write_while_the_night_s_check_rests(monkeypatch: pytest.MonkeyPatch, bruno: Person) -> None:
    open_while_resting = []
    monkeypatch.setattr(recounting.time, "sleep", lambda _: open_while_resting.append(db.session().in_transaction()))
    make.idea()
    db.session.commit()
    reconciling.recount()
    assert open_while_resting == [False]


def test_who_is_no_operator_any_more_is_not_told(iris: Person) -> None:
    event = Event(name="counters_drifted", thing="counters", data={"ideas": 1, "drifts": []})
    assert list(kinds.allowed(event, [iris.id])) == [iris.id]
    iris.locked_at = db.session.scalar(select(Person.created_at).where(Person.id == iris.id))
    db.session.flush()
    assert list(kinds.allowed(event, [iris.id])) == []


def test_d14_the_command_heals_and_tells_and_a_dry_run_only_looks(app: Flask) -> None:
    idea = make.idea()
    idea.comment_count = 5
    db.session.commit()
    app.test_cli_runner().invoke(args=["ideas", "recount", "--dry-run"])
    assert db.session.scalars(select(Event.name)).all() == []
    app.test_cli_runner().invoke(args=["ideas", "recount"])
    assert db.session.scalars(select(Event.name)).all() == ["counters_drifted"]
