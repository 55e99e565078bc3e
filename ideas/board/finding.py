"""Finding ideas by words, and ideas like one that is written or read."""

import re
from dataclasses import dataclass

from sqlalchemy import CTE, Double, Select, cast, func, select
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
    """
    likeness: dict[int, float] = {}
    for words in filter(None, (title, _first_sentence(problem))):
        for one in engine.similar(db.session(), KIND, words, among=_told(but), limit=limit * 2):
            likeness[one.id] = max(one.likeness, likeness.get(one.id, 0.0))
    found = sorted(likeness, key=lambda number: (-likeness[number], -number))
    shown_as = cards.of(found)
    roots = {shown_as[number].id: shown_as[number] for number in found if number in shown_as}
    return [card for card in roots.values() if card.id != but][:limit]


def _ideas(documents: CTE) -> CTE:
    """The listed ideas that documents stand for, each by its best."""
    one, root = aliased(Idea), aliased(Idea)
    rank = cast(func.max(documents.c.rank), Double).label("rank")
    ideas = select(root.id, rank).select_from(documents).join(one, one.id == documents.c.id)
    return ideas.join(root, root.id == one.root_id).where(*shown(one), *listed(root)).group_by(root.id).cte("hits")


def _told(but: int | None) -> Select[int]:
    """The ideas that anyone may hear of, merged ones too."""
    return select(Idea.id).where(*shown(Idea), Idea.id != but, Idea.root_id != but)


def _first_sentence(problem: str) -> str:
    return re.split(r"[.!?\n]", text.excerpt(problem), maxsplit=1)[0]
