"""The orderings and pages of the board. No page repeats or skips an idea; ties go to the newest."""

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

from ideas import read_models, sql
from ideas.accounts.models import Person
from ideas.board.links import IdeaLink
from ideas.board.listing import cards
from ideas.board.listing import filters as listing_filters
from ideas.board.listing.cards import IdeaSummary
from ideas.board.listing.filters import Filters
from ideas.board.models import RANDOM_KEYS, Idea, Status
from ideas.db import db, rows
from ideas.errors import N_, Missing
from ideas.read_models import columns, read

SIZE = 25


@dataclass(frozen=True)
class Ordering:
    """A way to order ideas: by its column, then by id, both descending."""

    key: str
    name: str
    #: The rule in a sentence.
    rule: str
    kind: type
    #: None: by the rank of a search.
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

#: The last idea of a page: its value in the ordering, and its id.
Cursor = tuple[Any, int]
#: The bind parameters of a cursor and of the start of the random order.
CursorParameters = tuple[BindParameter[Any], BindParameter[Any]]
_CURSOR: CursorParameters = (bindparam("value"), bindparam("number"))
_START: BindParameter[Any] = bindparam("start")
#: A part of the ordering: its number, and the condition that selects its ideas.
Segment = tuple[int, ColumnElement[bool]]


@dataclass(frozen=True)
class Listing:
    """A page of cards, and the cursor of the next page if there is one."""

    cards: Sequence[IdeaSummary]
    next: Cursor | None = None


@dataclass(frozen=True)
class PageShape:
    """What the statement of a page depends on, beside the filters."""

    ordering: str
    #: Whether it follows a cursor.
    paged: bool
    #: Whether a random order is past its lowest key and continues from the highest.
    wrapped: bool
    #: Whether to scan the ordering's index instead of gathering the matches first.
    scan: bool
    size: int


def board(
    filters: Filters,
    ordering: Ordering = TRENDING,
    *,
    after: Cursor | None = None,
    start: int = 0,
    size: int = SIZE,
    scan: bool = False,
) -> Listing:
    """Return a page of the ideas that match the filters, in that order. One statement.

    `after` is the cursor of the page before; `start` is where a visit's random order begins. `scan` is a hint for the
    query planner: so many ideas match that a page is found sooner by scanning in order (`Facets.favor_scan`).
    Raises Missing for a cursor of another ordering.
    """
    if after is not None and not _fits(ordering, after):
        raise Missing
    wrapped = after is not None and ordering is RANDOM and after[0] > start
    shape = PageShape(ordering.key, after is not None, wrapped, scan, size + 1)
    value, number = after or (None, None)
    parameters = {"value": value, "number": number, "start": start, **filters.values}
    return _page(listing_filters.cached_statement(_build, filters, shape), size, parameters)


def posted_by(author: Person, *, after: Cursor | None = None, size: int = SIZE) -> Listing:
    """Return what a person posted, newest first, unlisted ideas too. One statement, two if some are merged.

    A merged idea has the counts of its canonical idea, since votes there count for that one.
    """
    place = select(literal(0).label("segment"), Idea.id.label("value"), Idea.id).where(Idea.author_id == author.id)
    if after is not None:
        place = place.where(Idea.id < after[1])
    page = _page(cards.at(place.order_by(Idea.id.desc()).limit(size + 1).subquery("place")), size, {})
    return replace(page, cards=_with_root_counts(page.cards))


def _with_root_counts(cards: Sequence[IdeaSummary]) -> Sequence[IdeaSummary]:
    roots = {card.root_id for card in cards if card.state == "merged"}
    if not roots:
        return cards
    counts = (Idea.total_count, Idea.people_count, Idea.company_count, Idea.comment_count, Status.votes_open)
    rows = db.session.execute(select(Idea.root_id, *counts).join(Status).where(Idea.id.in_(roots))).mappings()
    root_counts = {row["root_id"]: row for row in rows}
    return [
        read_models.replace(card, **root_counts.get(card.root_id, {})) if card.state == "merged" else card
        for card in cards
    ]


def of_numbers(numbers: Sequence[int]) -> Sequence[IdeaSummary]:
    """Return the listed ideas with these ids; the id of a merged idea gives its canonical idea. One statement."""
    one = aliased(Idea)
    place = select(literal(0).label("segment"), Idea.id.label("value"), Idea.id).join(one, one.root_id == Idea.id)
    place = place.where(one.id.in_(numbers), Idea.is_listed).distinct()
    return _page(cards.at(place.subquery("place")), len(numbers), {}).cards


def newest(most: int = 50_000, *, chunk: int = 1_000) -> Iterator[IdeaLink]:
    """Links to the listed ideas, newest first, read in chunks: one statement each."""
    last, left = None, most
    while left > 0:
        links = rows(_links(last).limit(min(left, chunk)))
        yield from read(IdeaLink, links)
        left -= len(links)
        if len(links) < chunk:
            return
        last = links[-1].id


def _links(last: int | None) -> Select[Any]:
    links = select(*columns(IdeaLink, Idea)).where(Idea.is_listed).order_by(Idea.id.desc())
    return links if last is None else links.where(Idea.id < last)


def random_start() -> int:
    """Where a visit's random order begins."""
    return secrets.randbelow(RANDOM_KEYS)


def _page(question: Select[Any], size: int, places: dict[str, Any]) -> Listing:
    found = rows(question, **places)
    page = read(IdeaSummary, found[:size])
    return Listing(page, (found[size - 1].value, found[size - 1].id) if len(found) > size else None)


def _fits(ordering: Ordering, after: Cursor) -> bool:
    value = after[0]
    if not isinstance(value, ordering.kind):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or 0 <= value < (RANDOM_KEYS if ordering is RANDOM else 2**31)


def _build(filters: Filters, shape: PageShape) -> Select[Any]:
    ordering = ORDERINGS.get(shape.ordering, RELEVANCE)
    value = _value(ordering, filters)
    if ordering is RANDOM:
        segments = _random_segments(value, shape)
    else:
        segments = [(0, condition) for condition in _after(value, shape.paged)]
    # SQLite and PostgreSQL use no index of a computed column: with `scan`, they follow the ordering's.
    status_key = Idea.status_key.concat("") if shape.scan else None
    conditions = listing_filters.conditions(replace(filters, hits=None), status_key)
    if ordering.column is Idea.answered_at:
        conditions.append(Idea.answered_at.is_not(None))
    if filters.hits is not None:
        return cards.at(_among_hits(value, segments, conditions, shape.size))
    return cards.at(_in_order(value, segments, conditions, shape.size))


def _in_order(
    value: ColumnElement[Any], segments: Sequence[Segment], conditions: Sequence[ColumnElement[bool]], size: int
) -> Subquery:
    """Select the next ideas, reading each segment of the index no further than needed."""
    parts = [
        select(literal(number).label("segment"), value.label("value"), Idea.id)
        .where(*conditions, condition)
        .order_by(value.desc(), Idea.id.desc())
        .limit(size)
        for number, condition in segments
    ]
    if len(parts) == 1:
        return parts[0].subquery("place")
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    ordered = select(every).order_by(every.c.segment, every.c.value.desc(), every.c.id.desc())
    return ordered.limit(size).subquery("place")


def _among_hits(
    value: ColumnElement[Any], segments: Sequence[Segment], conditions: Sequence[ColumnElement[bool]], size: int
) -> Subquery:
    """Select the next ideas of a search: hits are few, so they are gathered and sorted."""
    hits, segment = listing_filters.hits(), case(*((condition, number) for number, condition in segments))
    found = select(segment.label("segment"), value.label("value"), Idea.id).join(hits, hits.c.id == Idea.id)
    found = found.where(*conditions, or_(*(condition for _, condition in segments)))
    return found.order_by(segment, value.desc(), Idea.id.desc()).limit(size).subquery("place")


def _value(ordering: Ordering, filters: Filters) -> ColumnElement[Any]:
    if ordering.column is not None:
        column: ColumnElement[Any] = ordering.column.expression
        return column
    assert filters.hits is not None, "the order of relevance belongs to a search"
    return listing_filters.hits().c.rank


def _after(value: ColumnElement[Any], paged: bool) -> Sequence[ColumnElement[bool]]:
    return sql.after(value, Idea.id, _CURSOR) if paged else [true()]


def _random_segments(value: ColumnElement[Any], shape: PageShape) -> list[Segment]:
    """The random order goes from its start down, then from the highest key down to its start."""
    if not shape.paged:
        return [(0, value <= _START), (1, value > _START)]
    ties, below = sql.after(value, Idea.id, _CURSOR)
    if shape.wrapped:
        return [(1, ties), (1, and_(below, value > _START))]
    return [(0, ties), (0, below), (1, value > _START)]
