"""Search ideas by words, and find ideas similar to a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Select, Subquery, bindparam, literal, select
from sqlalchemy.orm import aliased

from ideas import search as engine
from ideas import text
from ideas.board.listing import cards
from ideas.board.listing.cards import IdeaSummary
from ideas.board.listing.filters import Hits
from ideas.board.models import Idea
from ideas.db import db, rows
from ideas.read_models import read
from ideas.statements import statement

KIND = "idea"


@dataclass(frozen=True)
class Search:
    """The result of a search: the hits, and the corrected query if another one was searched."""

    hits: Hits
    corrected: str | None


def search(typed: str) -> Search:
    """Find the ideas that have every word typed, or a similar one. A merged idea gives its canonical idea.

    The hits become `Filters.hits`. One statement when something is found.
    """
    query = engine.parse(typed)
    hits = _hits(query)
    if hits.ranks or hits.more:
        return Search(hits, None)
    query = engine.corrected(db.session(), KIND, query)
    return Search(_hits(query) if query.corrected else hits, query.corrected)


def similar(title: str, problem: str = "", *, but: int | None = None, limit: int = 5) -> list[IdeaSummary]:
    """Return listed ideas similar to a title or to the first sentence of a problem, most similar first.

    A merged idea's title finds its canonical one. `but` is left out: the idea that is being read.
    Two statements for the title, two for the problem.
    """
    found: dict[int, tuple[float, IdeaSummary]] = {}
    for words in filter(None, (title, _first_sentence(problem))):
        for likeness, one in _similar(words, but):
            found[one.id] = max(found.get(one.id, (0.0, one)), (likeness, one), key=itemgetter(0))
    return [one for _, one in sorted(found.values(), key=lambda pair: (-pair[0], -pair[1].id))[:limit]]


def _hits(query: engine.Query) -> Hits:
    """The canonical ideas of the matching documents, each with its best rank; some may not be listed."""
    if not query:
        return Hits({}, more=False)
    found = engine.matching(db.session(), KIND, query)
    rows = db.session.connection().execute(_roots(found.documents), found.values).all()
    ranks = found.best((root_id, title_terms) for root_id, title_terms, seen in rows if seen)
    return Hits(ranks, more=len(rows) >= engine.MAX_HITS)


@statement
def _roots(documents: Subquery) -> Select[Any]:
    one, _ = _aliases()
    return (
        select(one.root_id, documents.c.title_terms, one.in_sight)
        .select_from(documents)
        .join(one, one.id == documents.c.id)
    )


def _similar(words: str, but: int | None) -> Iterator[tuple[float, IdeaSummary]]:
    """Yield the listed ideas that are similar to the words, with their similarity."""
    near = engine.candidates(db.session(), KIND, words)
    if near is None:
        return
    documents = rows(_cards(near.documents), **near.values, but=but or 0)
    found = {row.value: (row.said, card) for row, card in zip(documents, read(IdeaSummary, documents), strict=True)}
    for similar in near.similar({number: said for number, (said, _) in found.items()}, len(found)):
        yield similar.similarity, found[similar.id][1]


@statement
def _cards(documents: Subquery) -> Select[Any]:
    """Select the cards of the candidates: `value` is the document's id, `said` its title."""
    one, root = _aliases()
    rows = select(literal(0).label("segment"), documents.c.id.label("value"), root.id, documents.c.title)
    rows = rows.join(one, one.id == documents.c.id).join(root, root.id == one.root_id)
    rows = rows.where(one.in_sight, root.is_listed, root.id != bindparam("but", type_=Integer))
    place = engine.best_candidates(rows, documents).subquery()
    return cards.at(place).add_columns(place.c.title.label("said"))


@statement
def _aliases() -> tuple[type[Idea], type[Idea]]:
    """Aliases of an idea and of the canonical idea of its set."""
    return aliased(Idea), aliased(Idea)


def _first_sentence(problem: str) -> str:
    return re.split(r"[.!?\n]", text.excerpt(problem), maxsplit=1)[0]
