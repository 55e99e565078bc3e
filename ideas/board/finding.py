"""Finding ideas by words, and ideas like one that is written or read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Double, cast, func, select
from sqlalchemy.orm import aliased

from ideas import search as engine
from ideas import text
from ideas.board import listing
from ideas.board.filtering import Hits
from ideas.board.listing import Card
from ideas.board.models import Idea
from ideas.board.models.idea import LISTED
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
    query = engine.understand(db.session, KIND, typed)
    documents = select(engine.matching(db.session, KIND, query)).cte("documents")
    return Search(Hits(documents, _ideas(documents)), query.corrected)


def similar(title: str, problem: str = "", *, but: int | None = None, limit: int = 5) -> Sequence[Card]:
    """Listed ideas that say nearly what a title says, or else the problem's first sentence: most alike first.

    `but` is left out: the idea that is being read.
    """
    among = select(Idea.id).where(LISTED, Idea.id != but)
    found: dict[int, float] = {}
    for words in filter(None, (title, _first_sentence(problem))):
        for one in engine.similar(db.session, KIND, words, among=among, limit=limit):
            found[one.id] = max(one.likeness, found.get(one.id, 0.0))
    best = sorted(found, key=lambda number: (-found[number], -number))[:limit]
    cards = {card.id: card for card in listing.cards(best)} if best else {}
    return [cards[number] for number in best if number in cards]


def _ideas(documents):
    ...
