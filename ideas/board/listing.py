"""The board's orderings and pages: no idea twice, none skipped, ties to the newest."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute

from ideas import text
from ideas.board import filtering
from ideas.board.filtering import Filters
from ideas.board.models import Idea, Status
from ideas.db import db
from ideas.errors import N_, Missing
from ideas.products.models import Module, Named, Product, Release

SIZE = 25
#: How much of a problem is read for its excerpt.
_BEGINNING = 600
_HIGHEST_KEY = 2**31


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
    "Vêm antes as ideias que mais têm das palavras buscadas; no título elas valem mais que no texto."
), float)  # fmt: skip

#: The last idea of a page: its value in the ordering, and its number.
Cursor = tuple[Any, int]


class Label(NamedTuple):
    """A name in three languages, without its row."""

    key: str
    name_pt: str
    name_es: str
    name_en: str

    name_in = Named.name_in


class Card(NamedTuple):
    """What the board shows of an idea."""

    id: int
    title: str
    beginning: str | None
    language: str
    total_count: int
    people_count: int
    company_count: int
    comment_count: int
    published_at: datetime
    status_key: str
    status_pt: str
    status_es: str
    status_en: str
    open_to_votes: bool
    quarter: str | None
    version: str | None
    product_pt: str
    product_es: str
    product_en: str
    module_pt: str | None
    module_es: str | None
    module_en: str | None

    @property
    def number(self) -> int:
        return self.id

    @property
    def root_id(self) -> int:
        """Lists hold roots only."""
        return self.id

    @property
    def slug(self) -> str:
        return text.slug(self.title)

    @property
    def excerpt(self) -> str:
        return _excerpt(self.beginning or "")

    @property
    def status(self) -> Label:
        return Label(self.status_key, self.status_pt, self.status_es, self.status_en)

    @property
    def product(self) -> Label:
        return Label("", self.product_pt, self.product_es, self.product_en)

    @property
    def module(self) -> Label | None:
        if self.module_pt is None:
            return None
        return Label("", self.module_pt, self.module_es or "", self.module_en or "")

    @property
    def target(self) -> str | None:
        """The release or the quarter it is planned for, or the release that brought it."""
        return self.version or self.quarter


@dataclass(frozen=True)
class Listing:
    """A page of cards, and the place where the next one begins if there is one."""

    cards: Sequence[Card]
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
    place = _place(ordering, filters, after, start, size + 1)
    rows = db.session.execute(_cards(place)).all()
    cards = [Card._make(row[2:]) for row in rows[:size]]
    return Listing(cards, (rows[size - 1][0], rows[size - 1][1]) if len(rows) > size else None)


def random_start() -> int:
    """Where a visit's random order begins."""
    return secrets.randbelow(_HIGHEST_KEY)


def _fits(ordering: Ordering, after: Cursor) -> bool:
    value = after[0]
    return isinstance(value, ordering.kind) and (not isinstance(value, float) or math.isfinite(value))


def _place(ordering: Ordering, filters: Filters, after: Cursor | None, start: int, size: int) -> Subquery:
    """The next ideas' numbers in order, each stretch read from the index no further than needed."""
    value = _value(ordering, filters)
    asked = filtering.conditions(filters)
    if ordering.column is Idea.answered_at:
        asked.append(Idea.answered_at.is_not(None))
    if ordering is RANDOM:
        stretches = _round(value, after, start)
    else:
        stretches = [(0, stretch) for stretch in _below(value, after)]
    legs = [_leg(value, lap, [*asked, stretch], filters, size) for lap, stretch in stretches]
    if len(legs) == 1:
        return legs[0].subquery("place")
    every = union_all(*(select(leg.subquery()) for leg in legs)).subquery()
    return select(every).order_by(every.c.lap, every.c.value.desc(), every.c.id.desc()).limit(size).subquery("place")


def _value(ordering: Ordering, filters: Filters) -> ColumnElement[Any]:
    if ordering.column is not None:
        return ordering.column  # type: ignore[return-value]
    assert filters.hits is not None, "the order of relevance belongs to a search"
    return filters.hits.ideas.c.rank


def _below(value: ColumnElement[Any], after: Cursor | None) -> list[ColumnElement[bool]]:
    """What comes after the cursor, its ties apart: SQLite seeks (value, id) < (?, ?) by the value alone."""
    if after is None:
        return [true()]
    return [and_(value == after[0], Idea.id < after[1]), value < after[0]]


def _round(value: ColumnElement[Any], after: Cursor | None, start: int) -> list[tuple[int, ColumnElement[bool]]]:
    """The random order: from its start down, then from the top down to its start."""
    if after is None:
        return [(0, value <= start), (1, value > start)]
    ties, below = _below(value, after)
    if after[0] <= start:
        return [(0, ties), (0, below), (1, value > start)]
    return [(1, ties), (1, and_(below, value > start))]


def _leg(
    value: ColumnElement[Any], lap: int, conditions: Sequence[ColumnElement[bool]], filters: Filters, size: int
) -> Select[Any]:
    leg = select(literal(lap).label("lap"), value.label("value"), Idea.id).select_from(Idea)
    if filters.hits is not None:
        leg = leg.join(filters.hits.ideas, filters.hits.ideas.c.id == Idea.id)
    return leg.where(*conditions).order_by(value.desc(), Idea.id.desc()).limit(size)


def _cards(place: Subquery) -> Select[Any]:
    """The cards of those ideas, with the place of each before its columns."""
    return (
        select(place.c.value, place.c.id, *_columns())
        .select_from(place)
        .join(Idea, Idea.id == place.c.id)
        .join(Status, Status.key == Idea.status_key)
        .join(Product, Product.id == Idea.product_id)
        .outerjoin(Module, Module.id == Idea.module_id)
        .outerjoin(Release, _release_shown())
        .order_by(place.c.lap, place.c.value.desc(), place.c.id.desc())
    )


def _columns() -> tuple[Any, ...]:
    return (
        Idea.id, Idea.title, func.substr(Idea.problem, 1, _BEGINNING), Idea.language, Idea.total_count,
        Idea.people_count, Idea.company_count, Idea.comment_count, Idea.published_at,
        Status.key, Status.name_pt, Status.name_es, Status.name_en, Status.votes_open, Idea.target_quarter,
        Release.version, Product.name_pt, Product.name_es, Product.name_en,
        Module.name_pt, Module.name_es, Module.name_en,
    )  # fmt: skip


def _release_shown() -> ColumnElement[bool]:
    """The release that an idea waits for or came with, unless only staff may know of it."""
    known = or_(Release.announced_at.is_not(None), Release.published_at.is_not(None))
    return and_(Release.id == func.coalesce(Idea.delivered_release_id, Idea.target_release_id), known)


@lru_cache(maxsize=2048)
def _excerpt(beginning: str) -> str:
    """Parsing Markdown costs more than all else of a card; the same beginnings come again and again."""
    return text.excerpt(beginning)
