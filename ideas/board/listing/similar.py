"""The similar ideas shown on an idea's page.

Finding them is expensive and they rarely change, so their ids are cached for a while. What is shown of them is read
each time: an idea that was hidden, merged or withdrawn a moment ago is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from ideas import clock
from ideas.board.detail import IdeaDetail
from ideas.board.links import IdeaLink
from ideas.board.listing import finding
from ideas.board.models import Idea, Status
from ideas.db import rows
from ideas.products.models import Label
from ideas.read_models import columns, read, read_model
from ideas.statements import statement

#: How long the ids are cached, and for how many ideas.
LIFETIME, CACHED_IDEAS = timedelta(minutes=5), 4_096


@read_model
class SimilarIdea(IdeaLink):
    """An idea similar to the one on the page."""

    total_count: int
    status: Label


def similar_to(idea: Idea | IdeaDetail) -> Sequence[SimilarIdea]:
    """Return the most similar listed ideas. One statement, none if there are none; searches again after LIFETIME."""
    # Shifted by the id, so that the entries do not all expire in the same second.
    period = int(clock.now().timestamp() + idea.id) // int(LIFETIME.total_seconds())
    ids = _ids(idea.id, idea.title, idea.published_at, period)
    if not ids:
        return ()
    found = {one.id: one for one in read(SimilarIdea, rows(_listed(), ids=ids))}
    return tuple(found[id] for id in ids if id in found)


@lru_cache(maxsize=CACHED_IDEAS)
def _ids(number: int, title: str, published_at: datetime, period: int) -> tuple[int, ...]:
    return tuple(card.id for card in finding.similar(title, but=number))


@statement
def _listed() -> Select[Any]:
    return (
        select(*columns(SimilarIdea, Idea, status=Status))
        .join(Status, Status.key == Idea.status_key)
        .where(Idea.id.in_(bindparam("ids", expanding=True)), Idea.is_listed)
    )
