"""The nightly check: a difference of one is found, corrected and reported."""

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
def test_d14_a_counter_changed_in_the_database_is_corrected_and_reported(
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


def test_a_check_without_differences_reports_nothing(bruno: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    db.session.commit()
    reconciling.recount()
    assert db.session.scalars(select(Event.name)).all() == []


def test_other_transactions_can_write_between_two_chunks(monkeypatch: pytest.MonkeyPatch, bruno: Person) -> None:
    open_while_resting = []
    monkeypatch.setattr(recounting.time, "sleep", lambda _: open_while_resting.append(db.session().in_transaction()))
    make.idea()
    db.session.commit()
    reconciling.recount()
    assert open_while_resting == [False]


def test_a_former_operator_is_not_notified(iris: Person) -> None:
    event = Event(name="counters_drifted", thing="counters", data={"ideas": 1, "drifts": []})
    assert list(kinds.allowed(event, [iris.id])) == [iris.id]
    iris.locked_at = db.session.scalar(select(Person.created_at).where(Person.id == iris.id))
    db.session.flush()
    assert list(kinds.allowed(event, [iris.id])) == []


def test_d14_the_command_corrects_and_reports_and_a_dry_run_only_reads(app: Flask) -> None:
    idea = make.idea()
    idea.comment_count = 5
    db.session.commit()
    app.test_cli_runner().invoke(args=["ideas", "recount", "--dry-run"])
    assert db.session.scalars(select(Event.name)).all() == []
    app.test_cli_runner().invoke(args=["ideas", "recount"])
    assert db.session.scalars(select(Event.name)).all() == ["counters_drifted"]
