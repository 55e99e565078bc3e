"""A small troupe of events and one channel of the tests' own, on registries that start empty."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from ideas.outbox import kinds
from ideas.outbox.models import Event


@dataclass
class Stand:
    """A kind called "told" and a channel called "drum", and what the tests may change of them."""

    hearers: list[int] = field(default_factory=list)
    without_right: set[int] = field(default_factory=set)
    unwilling: set[int] = field(default_factory=set)
    heard: list[tuple[int, int]] = field(default_factory=list)
    handled: list[int] = field(default_factory=list)

    def hears(self, event: Event) -> list[int]:
        return self.hearers

    def may_hear(self, event: Event, people: Sequence[int]) -> set[int]:
        return set(people) - self.without_right

    def wants(self, event: Event, people: Sequence[int]) -> set[int]:
        return set(people) - self.unwilling

    def words(self, event: Event) -> kinds.Words:
        return kinds.Words("%(title)s aconteceu", event.data, "ideas.show", {"number": event.thing_id})

    def deliver(self, session: Session, event: Event, people: Sequence[int]) -> None:
        self.heard += [(event.id, person) for person in people]

    def handle(self, event: Event) -> None:
        self.handled.append(event.id)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    for registry in ("KINDS", "CHANNELS", "HANDLERS", "LETTERS"):
        monkeypatch.setattr(kinds, registry, {})
    stand = Stand()
    kinds.kind("told", hears=stand.hears, may_hear=stand.may_hear, words=stand.words)
    kinds.kind("quiet")
    kinds.channel("drum", stand.deliver, stand.wants)
    return stand
