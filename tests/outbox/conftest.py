"""Empty registries with a kind of event and a channel for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from ideas.outbox import kinds
from ideas.outbox.models import Event


@dataclass
class FakeFeature:
    """The kind "happened" and the channel "test": what they return, and what they were called with."""

    recipient_ids: list[int] = field(default_factory=list)
    without_access: set[int] = field(default_factory=set)
    opted_out: set[int] = field(default_factory=set)
    delivered: list[tuple[int, int]] = field(default_factory=list)
    handled: list[int] = field(default_factory=list)

    def recipients(self, event: Event) -> list[int]:
        return self.recipient_ids

    def may_see(self, event: Event, people: Sequence[int]) -> set[int]:
        return set(people) - self.without_access

    def wants(self, event: Event, people: Sequence[int]) -> set[int]:
        return set(people) - self.opted_out

    def wording(self, event: Event) -> kinds.Wording:
        return kinds.Wording("%(title)s aconteceu", event.data, "ideas.show", {"number": event.thing_id})

    def deliver(self, session: Session, event: Event, people: Sequence[int]) -> None:
        self.delivered += [(event.id, person) for person in people]

    def handle(self, event: Event) -> None:
        self.handled.append(event.id)


@pytest.fixture
def feature(monkeypatch: pytest.MonkeyPatch) -> FakeFeature:
    """A feature that is alone in the registries; its kind "unheard" has no recipients."""
    for registry in ("KINDS", "CHANNELS", "HANDLERS", "EMAILS"):
        monkeypatch.setattr(kinds, registry, {})
    feature = FakeFeature()
    kinds.register_kind("happened", recipients=feature.recipients, may_see=feature.may_see, wording=feature.wording)
    kinds.register_kind("unheard")
    kinds.register_channel("test", feature.deliver, feature.wants)
    return feature
