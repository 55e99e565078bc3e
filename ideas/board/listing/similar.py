"""What stands beside an idea that is read: others like it.

Looking for them is dear and they seldom change, so their numbers are kept for a while. What is said of them
is read each time: an idea that was hidden, merged or withdrawn a moment ago is not among them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select

from ideas import clock, text
from ideas.board.detail import Reading
from ideas.board.listing import finding
from ideas.board.listing.filters import listed
from ideas.board.models import Idea, Status
from ideas.db import rows
from ideas.products.models import Label
from ideas.statements import statement

#: How long the numbers stand, and of how many ideas they are kept.
KEPT, _MOST = timedelta(minutes=5), 4_096


class Alike(NamedTuple):
    """An idea like the one that is read."""

    id: int
    title: str
    language: str
    total_count: int
    status: Label

    @property
    def slug(self) -> str:
        return text.slug(self.title)


def to(idea: Idea | Reading) -> Sequence[Alike]:
    """The listed ideas most like it: one statement, none where there are none; looked for anew after KEPT."""
    # By its number, so that not all are looked for in the same second.
    turn = int(clock.now().timestamp() + idea.id) // int(KEPT.total_seconds())
    numbers = _numbers(idea.id, idea.title, idea.published_at, turn)
    if not numbers:
        return ()
    found = {row.id: _alike(*row) for row in rows(_of_numbers(), numbers=numbers)}
    return tuple(found[number] for number in numbers if number in found)


def _alike(number: int, title: str, language: str, votes: int, *status: str) -> Alike:
    return Alike(number, title, language, votes, Label(*status))


@lru_cache(maxsize=_MOST)
def _numbers(number: int, title: str, published_at: datetime, turn: int) -> tuple[int, ...]:
    return tuple(card.id for card in finding.similar(title, but=number))


@statement
def _of_numbers() -> Select[int, str, str, int, str, str, str, str]:
    return (
        select(Idea.id, Idea.title, Idea.language, Idea.total_count,
               Status.key, Status.name_pt, Status.name_es, Status.name_en)
        .join(Status, Status.key == Idea.status_key)
        .where(Idea.id.in_(bindparam("numbers", expanding=True)), *listed(Idea))
    )  # fmt: skip
