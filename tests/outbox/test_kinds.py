"""The registries refuse what would make a notice go astray."""

import pytest

from ideas.outbox import kinds
from ideas.outbox.models import Event

EVENT = Event(name="told", thing="idea", thing_id=7, data={"title": "Nota"})


def test_a_name_is_registered_once(stand):
    with pytest.raises(kinds.Taken):
        kinds.kind("told")
    with pytest.raises(kinds.Taken):
        kinds.channel("drum", stand.deliver, stand.may_hear)


def test_the_same_registration_again_changes_nothing(stand):
    kinds.kind("told", hears=stand.hears, may_hear=stand.may_hear, words=stand.words)
    kinds.on("told", stand.handle)
    kinds.on("told", stand.handle)
    assert kinds.HANDLERS["told"] == [stand.handle]


def test_whoever_hears_needs_words_and_a_right(stand):
    with pytest.raises(TypeError, match="right"):
        kinds.kind("whispered", hears=stand.hears, words=stand.words)


def test_hearers_are_each_counted_once_and_never_the_actor(stand, ana):
    stand.hearers = [9, 3, ana.id, 3]
    event = Event(name="told", thing="idea", by_id=ana.id)
    assert kinds.hearers(event) == [3, 9]


def test_a_right_never_adds_people(stand):
    kinds.kind("loud", hears=stand.hears, may_hear=lambda *_: {1, 2, 3}, words=stand.words)
    assert kinds.allowed(Event(name="loud", thing="idea"), [2, 3]) == [2, 3]


def test_words_are_made_from_the_events_facts(stand):
    words = kinds.words(EVENT)
    assert words.sentence % words.facts == "Nota aconteceu"
    assert (words.endpoint, words.values) == ("ideas.show", {"number": 7})


def test_how_strongly_an_event_speaks_may_depend_on_it(stand):
    kinds.kind("moved", level=lambda event: kinds.Level.RESULTS if event.data["to"] == "planned" else kinds.Level.ALL)
    kinds.kind("invited", level=kinds.Level.PERSONAL)
    assert kinds.level(Event(name="moved", thing="idea", data={"to": "planned"})) == "results"
    assert kinds.level(Event(name="moved", thing="idea", data={"to": "under_review"})) == "all"
    assert kinds.level(Event(name="invited", thing="company")) == "personal"
