"""Finding ideas by words, and ideas like one that is written or read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from sqlalchemy import CTE, Double, cast, func, literal, select
from sqlalchemy.orm import aliased

from ideas import search as engine
from ideas import text
from ideas.board import cards
from ideas.board.cards import Card
from ideas.board.filtering import Hits, listed, shown
from ideas.board.models import Idea
from ideas.db import db

KIND = "idea"
#: Counts over a search stop here, and are said as "2.000+".
MOST = engine.MOST_RANKED


@dataclass(frozen=True)
class Search:
    """What was asked for: the hits, and what was looked for instead of what was typed, if anything."""

    hits: Hits
    corrected: str | None


def search(typed: str) -> Search:
    """The ideas that have every word of what was typed, or nearly; a merged idea's words find its canonical one.

    The hits become `Filters.hits`; at most MOST documents are ranked, the newest.
    """
    query = engine.understand(db.session(), KIND, typed)
    found = engine.matching(db.session(), KIND, query)
    documents = select(found.c.id, found.c.rank).cte("documents")
    return Search(Hits(documents, _ideas(documents)), query.corrected)


def similar(title: str, problem: str = "", *, but: int | None = None, limit: int = 5) -> list[Card]:
    """Listed ideas that say nearly what a title says, or what a problem begins with; the most alike first.

    A merged idea's title finds its canonical one. `but` is left out: the idea that is being read.
    Two statements for the title, two for the problem.
    """
    found: dict[int, tuple[float, Card]] = {}
    for words in filter(None, (title, _first_sentence(problem))):
        for likeness, one in _alike(words, but):
            found[one.id] = max(found.get(one.id, (0.0, one)), (likeness, one), key=itemgetter(0))
    return [one for _, one in sorted(found.values(), key=lambda pair: (-pair[0], -pair[1].id))[:limit]]


def _alike(words: str, but: int | None) -> Iterator[tuple[float, Card]]:
    """How much each listed idea, or one that was merged into it, is like the words."""
    near = engine.candidates(db.session(), KIND, words)
    if near is None:
        return
    (one, root), documents = _aliases(), near.documents
    rows = select(literal(0).label("lap"), documents.c.id.label("value"), root.id, documents.c.title)
    rows = rows.join(one, one.id == documents.c.id).join(root, root.id == one.root_id)
    place = near.newest(rows.where(*shown(one), *listed(root), root.id != but)).subquery()
    found = {row.value: row for row in db.session.execute(cards.at(place).add_columns(place.c.title.label("said")))}
    for likely in near.likely(((number, row.said) for number, row in found.items()), len(found)):
        yield likely.likeness, cards.card(found[likely.id])


@cache
def _aliases() -> tuple[type[Idea], type[Idea]]:
    """An idea and the canonical one of its set: made once, since making them costs more than the statement."""
    return aliased(Idea), aliased(Idea)


def _ideas(documents: CTE) -> CTE:
    """The canonical ideas that documents stand for, each by its best; whoever lists them leaves out the unlisted."""
    one, _ = _aliases()
    rank = cast(func.max(documents.c.rank), Double).label("rank")
    ideas = select(one.root_id.label("id"), rank).select_from(documents).join(one, one.id == documents.c.id)
    return ideas.where(*shown(one)).group_by(one.root_id).cte("hits")


def _first_sentence(problem: str) -> str:
    return re.split(r"[.!?\n]", text.excerpt(problem), maxsplit=1)[0]
