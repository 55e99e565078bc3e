"""Release items and links, as rows: publishing has tests of its own."""

from collections.abc import Callable

import pytest

from ideas.board.models import Idea
from ideas.db import db
from ideas.products.models import Release
from ideas.releases.models import ReleaseItem, ReleaseItemIdea


@pytest.fixture
def item() -> Callable[..., ReleaseItem]:
    """`item(release, "Razão em planilha", idea, …)`: something that a release brings, and the ideas it answers."""

    def make_item(
        release: Release, title: str, *answered: Idea, kind: str = "improvement", position: int = 0
    ) -> ReleaseItem:
        made = ReleaseItem(release_id=release.id, kind=kind, title=title, position=position)
        db.session.add(made)
        db.session.flush()
        db.session.add_all(ReleaseItemIdea(item_id=made.id, idea_id=idea.id) for idea in answered)
        db.session.flush()
        return made

    return make_item


@pytest.fixture
def asked() -> Callable[[Idea, int], Idea]:
    """`asked(idea, 128)`: the idea with so many people behind it, as far as its counters say."""

    def with_people(idea: Idea, people: int) -> Idea:
        idea.people_count = idea.total_count = people
        db.session.flush()
        return idea

    return with_people
