"""The registries reject incomplete and conflicting registrations."""

import pytest

from ideas.outbox import kinds
from ideas.outbox.models import Event

EVENT = Event(name="happened", thing="idea", thing_id=7, data={"title": "Nota"})


def test_conflicting_registration_raises(feature):
    with pytest.raises(kinds.KindTaken):
        kinds.register_kind("happened")
    with pytest.raises(kinds.KindTaken):
        kinds.register_channel("test", feature.deliver, feature.may_see)


def test_repeated_registration_changes_nothing(feature):
    kinds.register_kind("happened", recipients=feature.recipients, may_see=feature.may_see, wording=feature.wording)
    kinds.register_handler("happened", feature.handle)
    kinds.register_handler("happened", feature.handle)
    assert kinds.HANDLERS["happened"] == [feature.handle]


def test_kind_with_recipients_needs_wording_and_may_see(feature):
    with pytest.raises(TypeError, match="may_see"):
        kinds.register_kind("incomplete", recipients=feature.recipients, wording=feature.wording)


def test_recipients_are_distinct_and_exclude_the_actor(feature, ana):
    feature.recipient_ids = [9, 3, ana.id, 3]
    event = Event(name="happened", thing="idea", by_id=ana.id)
    assert kinds.recipients(event) == [3, 9]


def test_may_see_never_adds_people(feature):
    kinds.register_kind("open", recipients=feature.recipients, may_see=lambda *_: {1, 2, 3}, wording=feature.wording)
    assert kinds.allowed(Event(name="open", thing="idea"), [2, 3]) == [2, 3]


def test_wording_is_filled_from_the_events_data(feature):
    wording = kinds.wording(EVENT)
    assert wording.sentence % wording.facts == "Nota aconteceu"
    assert (wording.endpoint, wording.values) == ("ideas.show", {"number": 7})


def test_level_may_depend_on_the_event(feature):
    kinds.register_kind(
        "moved", level=lambda event: kinds.EventLevel.RESULTS if event.data["to"] == "planned" else kinds.EventLevel.ALL
    )
    kinds.register_kind("invited", level=kinds.EventLevel.PERSONAL)
    assert kinds.level(Event(name="moved", thing="idea", data={"to": "planned"})) == "results"
    assert kinds.level(Event(name="moved", thing="idea", data={"to": "under_review"})) == "all"
    assert kinds.level(Event(name="invited", thing="company")) == "personal"
