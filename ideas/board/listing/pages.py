"""The board's orderings and pages: no idea twice, none skipped, ties to the newest."""

import math
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ideas.accounts.models import Person
from ideas.board.links import IdeaLink
from ideas.board.listing import cards
from ideas.board.listing import filters as listing_filters
from ideas.board.listing.cards import IdeaSummary
from ideas.board.listing.filters import Filters
from ideas.board.models import Idea, Status
from ideas.board.posting import RANDOM_KEYS
from ideas.db import db
from ideas.errors import N_, Missing
from ideas.read_models import columns, read

SIZE = 25


@dataclass(frozen=True)
class Ordering:
    """A way to put ideas in order: by its column, then by number, both descending."""

    key: str
    name: str
    #: What it goes by, in a sentence.
    rule: str
    kind: type
    #: None goes by a search's rank.
    column: InstrumentedAttribute[Any] | None = None


ORDERINGS = {
    ordering.key: ordering
    for ordering in (
        Ordering("trending", N_("Em alta"), N_(
            "Cada voto vale 1 no dia em que é dado e metade a cada 14 dias: sobem as ideias que recebem votos agora."
        ), float, Idea.trending),
        Ordering("top", N_("Mais votadas"), N_(
            "Vêm antes as ideias com mais apoios: uma pessoa, um voto, mais os apoios herdados de outro sistema."
        ), int, Idea.total_count),
        Ordering("critical", N_("Mais críticas"), N_(
            "Vêm antes as ideias que mais pessoas marcaram como críticas ao votar."
        ), int, Idea.critical_count),
        Ordering("recent", N_("Recentes"), N_("Vêm antes as ideias enviadas por último."), datetime, Idea.published_at),
        Ordering("answered", N_("Respondidas"), N_(
            "Vêm antes as ideias respondidas por último; as que ainda não têm resposta ficam de fora."
        ), datetime, Idea.answered_at),
        Ordering("random", N_("Aleatórias"), N_(
            "A ordem é sorteada a cada visita, para que ideias com poucos votos também sejam vistas."
        ), int, Idea.random_key),
    )
}  # fmt: skip
TRENDING, RANDOM = ORDERINGS["trending"], ORDERINGS["random"]
RELEVANCE = Ordering("relevance", N_("Relevância"), N_(
    "Vêm antes as ideias que têm mais das palavras buscadas no título; depois, as que só as têm no texto."
), float)  # fmt: skip

#: The last idea of a page: its value in the ordering, and its number.
Cursor = tuple[Any, int]


#: Where a cursor's value and number come into a statement, and where a random order's start does.
Place = tuple[BindParameter[Any], BindParameter[Any]]
_CURSOR: Place = (bindparam("value"), bindparam("number"))
_START: BindParameter[Any] = bindparam("start")
#: Which lap of the order it belongs to, and what tells its ideas.
Stretch = tuple[int, ColumnElement[bool]]


@dataclass(frozen=True)
class Listing:
    """A page of cards, and the place where the next one begins if there is one."""

    cards: Sequence[IdeaSummary]
    next: Cursor | None = None


def board(
    filters: Filters, ordering: Ordering = TRENDING, *, after: Cursor | None = None, start: int = 0, size: int = SIZE
) -> Listing:
    """A page of the ideas that the filters leave, in that order: one statement.

    `after` is the cursor of the page before; `start` is where a visit's random order begins.
    Raises Missing for a cursor of another ordering.
    """
    if after is not None and not _fits(ordering, after):
        raise Missing
    # Past the last idea below its start, a round goes on from the top.
    begun_anew = after is not None and ordering is RANDOM and after[0] > start
    question = listing_filters.kept(_question, filters, ordering.key, after is not None, begun_anew, size + 1)
    value, number = after or (None, None)
    return _page(question, size, {"value": value, "number": number, "start": start, **filters.values})


def posted_by(author: Person, *, after: Cursor | None = None, size: int = SIZE) -> Listing:
    """What a person posted, newest first, with what was hidden, withdrawn or merged: one statement, two with merged.

    A merged idea's numbers are those of the whole, for which one votes there too.
    """
    place = select(literal(0).label("segment"), Idea.id.label("value"), Idea.id).where(Idea.author_id == author.id)
    if after is not None:
        place = place.where(Idea.id < after[1])
    page = _page(cards.at(place.order_by(Idea.id.desc()).limit(size + 1).subquery("place")), size, {})
    return replace(page, cards=_with_wholes(page.cards))


def _with_wholes(cards: Sequence[IdeaSummary]) -> Sequence[IdeaSummary]:
    roots = {card.root_id for card in cards if card.state == "merged"}
    if not roots:
        return cards
    counts = (Idea.total_count, Idea.people_count, Idea.company_count, Idea.comment_count, Status.votes_open)
    rows = db.session.execute(select(Idea.id, *counts).join(Status).where(Idea.id.in_(roots))).mappings()
    of_root: dict[int | None, dict[str, Any]] = {
        row["id"]: {key: row[key] for key in row if key != "id"} for row in rows
    }
    return [replace(card, **of_root.get(card.root_id, {})) if card.state == "merged" else card for card in cards]


def of_numbers(numbers: Sequence[int]) -> Sequence[IdeaSummary]:
    """The listed ideas of those numbers; a merged one's number stands for its canonical idea. One statement."""
    one = aliased(Idea)
    place = select(literal(0).label("segment"), Idea.id.label("value"), Idea.id).join(one, one.root_id == Idea.id)
    place = place.where(one.id.in_(numbers), Idea.is_listed).distinct()
    return _page(cards.at(place.subquery("place")), len(numbers), {}).cards


def newest(most: int = 50_000, *, chunk: int = 1_000) -> Iterator[IdeaLink]:
    """Links to the listed ideas, newest first, read in chunks: one statement each."""
    last, left = None, most
    while left > 0:
        rows = db.session.execute(_links(last).limit(min(left, chunk))).all()
        yield from read(IdeaLink, rows)
        left -= len(rows)
        if len(rows) < chunk:
            return
        last = rows[-1].id


def _links(last: int | None) -> Select[Any]:
    links = select(*columns(IdeaLink, Idea)).where(Idea.is_listed).order_by(Idea.id.desc())
    return links if last is None else links.where(Idea.id < last)


def random_start() -> int:
    """Where a visit's random order begins."""
    return secrets.randbelow(RANDOM_KEYS)


def _page(question: Select[Any], size: int, places: dict[str, Any]) -> Listing:
    rows = db.session.execute(question, places).all()
    page = read(IdeaSummary, rows[:size])
    return Listing(page, (rows[size - 1].value, rows[size - 1].id) if len(rows) > size else None)


def _fits(ordering: Ordering, after: Cursor) -> bool:
    value = after[0]
    if not isinstance(value, ordering.kind):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or 0 <= value < (RANDOM_KEYS if ordering is RANDOM else 2**31)


def _question(filters: Filters, key: str, paged: bool, begun_anew: bool, size: int) -> Select[Any]:
    """The statement of a page; its places are filled in when it is asked."""
    ordering = ORDERINGS.get(key, RELEVANCE)
    return cards.at(_place(ordering, filters, _CURSOR if paged else None, begun_anew, size))


def _place(ordering: Ordering, filters: Filters, after: Place | None, begun_anew: bool, size: int) -> Subquery:
    """The next ideas' numbers in order, each stretch read from the index no further than needed."""
    value = _value(ordering, filters)
    asked = listing_filters.conditions(replace(filters, hits=None))
    if ordering.column is Idea.answered_at:
        asked.append(Idea.answered_at.is_not(None))
    if ordering is RANDOM:
        stretches = _round(value, after, begun_anew)
    else:
        stretches = [(0, stretch) for stretch in _below(value, after)]
    if filters.hits is not None:
        return _among_hits(value, stretches, asked, size)
    legs = [_leg(value, lap, [*asked, stretch], size) for lap, stretch in stretches]
    if len(legs) == 1:
        return legs[0].subquery("place")
    every = union_all(*(select(leg.subquery()) for leg in legs)).subquery()
    return (
        select(every).order_by(every.c.segment, every.c.value.desc(), every.c.id.desc()).limit(size).subquery("place")
    )


def _among_hits(
    value: ColumnElement[Any], stretches: Sequence[Stretch], conditions: Sequence[ColumnElement[bool]], size: int
) -> Subquery:
    """A search's hits are few, so they are gathered and put in order at once."""
    hits, lap = listing_filters.hits(), case(*((stretch, lap) for lap, stretch in stretches))
    place = select(lap.label("segment"), value.label("value"), Idea.id).join(hits, hits.c.id == Idea.id)
    place = place.where(*conditions, or_(*(stretch for _, stretch in stretches)))
    return place.order_by(lap, value.desc(), Idea.id.desc()).limit(size).subquery("place")


def _value(ordering: Ordering, filters: Filters) -> ColumnElement[Any]:
    if ordering.column is not None:
        column: ColumnElement[Any] = ordering.column.expression
        return column
    assert filters.hits is not None, "the order of relevance belongs to a search"
    return listing_filters.hits().c.rank


def _below(value: ColumnElement[Any], after: Place | None) -> list[ColumnElement[bool]]:
    """What comes after the cursor, its ties apart: SQLite seeks (value, id) < (?, ?) by the value alone."""
    if after is None:
        return [true()]
    return [and_(value == after[0], Idea.id < after[1]), value < after[0]]


def _round(value: ColumnElement[Any], after: Place | None, begun_anew: bool) -> list[Stretch]:
    """The random order: from its start down, then, begun anew, from the top down to its start."""
    if after is None:
        return [(0, value <= _START), (1, value > _START)]
    ties, below = _below(value, after)
    if begun_anew:
        return [(1, ties), (1, and_(below, value > _START))]
    return [(0, ties), (0, below), (1, value > _START)]


def _leg(value: ColumnElement[Any], lap: int, conditions: Sequence[ColumnElement[bool]], size: int) -> Select[Any]:
    leg = select(literal(lap).label("segment"), value.label("value"), Idea.id)
    return leg.where(*conditions).order_by(value.desc(), Idea.id.desc()).limit(size)
