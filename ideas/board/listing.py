"""The board's orderings and pages: no idea twice, none skipped, ties to the newest."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select, union_all
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
    column: InstrumentedAttribute[Any]
    kind: type


ORDERINGS = {
    ordering.key: ordering
    for ordering in (
        Ordering("trending", N_("Em alta"), N_(
            "Cada voto vale 1 no dia em que é dado e metade a cada 14 dias: sobem as ideias que recebem votos agora."
        ), Idea.trending, float),
        Ordering("top", N_("Mais votadas"), N_(
            "Vêm antes as ideias com mais apoios: uma pessoa, um voto, mais os apoios herdados de outro sistema."
        ), Idea.total_count, int),
        Ordering("critical", N_("Mais críticas"), N_(
            "Vêm antes as ideias que mais pessoas marcaram como críticas ao votar."
        ), Idea.critical_count, int),
        Ordering("recent", N_("Recentes"), N_("Vêm antes as ideias enviadas por último."), Idea.published_at, datetime),
        Ordering("answered", N_("Respondidas"), N_(
            "Vêm antes as ideias respondidas por último; as que ainda não têm resposta ficam de fora."
        ), Idea.answered_at, datetime),
        Ordering("random", N_("Aleatórias"), N_(
            "A ordem é sorteada a cada visita, para que ideias com poucos votos também sejam vistas."
        ), Idea.random_key, int),
    )
}  # fmt: skip
TRENDING, RANDOM = ORDERINGS["trending"], ORDERINGS["random"]

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
    ranges = _ranges(ordering, start, _checked(ordering, after))
    place = _place(ordering, filters, ranges, size + 1)
    rows = db.session.execute(_cards(place)).all()
    cards = [Card._make(row[2:]) for row in rows[:size]]
    return Listing(cards, _cursor(rows[size - 1]) if len(rows) > size else None)


def random_start() -> int:
    """Where a visit's random order begins."""
    return secrets.randbelow(_HIGHEST_KEY)


def _checked(ordering: Ordering, after: Cursor | None) -> Cursor | None:
    if after is None:
        return None
    value, number = after
    if not isinstance(value, ordering.kind) or (isinstance(value, float) and not math.isfinite(value)):
        raise Missing
    return value, number


def _ranges(ordering: Ordering, start: int, after: Cursor | None) -> list[tuple[int, ColumnElement[bool] | None]]:
    """The stretches of the ordering's index that are left, each with its lap.

    Split at the cursor's ties, since SQLite seeks (value, id) < (?, ?) by the value alone. The
    random order goes round: from its start down, then from the top down to its start.
    """
    value = ordering.column
    ties = [] if after is None else [and_(value == after[0], Idea.id < after[1])]
    if ordering is not RANDOM:
        below = None if after is None else value < after[0]
        return [*((0, tie) for tie in ties), (0, below)]
    if after is None:
        return [(0, value <= start), (1, value > start)]
    if after[0] <= start:
        return [(0, ties[0]), (0, value < after[0]), (1, value > start)]
    return [(1, ties[0]), (1, and_(value < after[0], value > start))]


def _place(
    ordering: Ordering, filters: Filters, ranges: Sequence[tuple[int, ColumnElement[bool] | None]], size: int
) -> Subquery:
    """The next ideas' numbers in order, each range read from the index no further than needed."""
    asked = filtering.conditions(filters)
    if ordering.column.property.columns[0].nullable:
        asked.append(ordering.column.is_not(None))
    legs = [_leg(ordering, lap, asked if range_ is None else [*asked, range_], size) for lap, range_ in ranges]
    if len(legs) == 1:
        return legs[0].subquery("place")
    every = union_all(*(select(leg.subquery()) for leg in legs)).subquery()
    return select(every).order_by(every.c.lap, every.c.value.desc(), every.c.id.desc()).limit(size).subquery("place")


def _leg(ordering: Ordering, lap: int, conditions: Sequence[ColumnElement[bool]], size: int) -> Select[Any]:
    value = ordering.column
    columns = select(literal(lap).label("lap"), value.label("value"), Idea.id)
    return columns.where(*conditions).order_by(value.desc(), Idea.id.desc()).limit(size)


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


def _cursor(row: Any) -> Cursor:
    return row[0], row[1]


@lru_cache(maxsize=2048)
def _excerpt(beginning: str) -> str:
    """Parsing Markdown costs more than all else of a card; the same beginnings come again and again."""
    return text.excerpt(beginning)
