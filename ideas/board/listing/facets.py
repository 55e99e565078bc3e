"""How many listed ideas there are of each sort: what stands beside the board's filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)

from ideas.board.listing import filters as listing_filters
from ideas.board.listing.filters import Filters
from ideas.board.models import Idea, IdeaTally, Status
from ideas.db import db
from ideas.products.models import Module, Named, Product

_UNNAMED = (literal(""), literal(""), literal(""), literal(0))
_ALL = true()
#: As in the tally; written out, since PostgreSQL takes two equal parameters for two expressions.
_NO_MODULE: ColumnElement[int] = literal_column("0")
_NO_KIND: ColumnElement[str] = literal_column("''")


@dataclass(frozen=True, slots=True)
class Choice(Named):
    """One of a sort: the ideas it has under the other sorts' filters, and those it has without any."""

    sort: str
    key: str
    name_pt: str
    name_es: str
    name_en: str
    position: int
    ideas: int
    everywhere: int


@dataclass(frozen=True, eq=False)
class Facets:
    """Exact counts of what anyone may see; hidden, held, withdrawn and merged ideas are in none."""

    sorts: Mapping[str, Sequence[Choice]]

    def of(self, sort: str) -> Sequence[Choice]:
        """The choices of "product", "module", "status" or "kind", in their order."""
        return self.sorts.get(sort, ())

    @property
    def total(self) -> Choice:
        """All of them: those the filters leave, and everywhere."""
        (whole,) = self.of("total")
        return whole

    @property
    def delivered(self) -> int:
        """How many everywhere are delivered."""
        return sum(choice.everywhere for choice in self.of("status") if choice.key == "delivered")

    def favor_scan(self, page: int) -> bool:
        """Whether scanning in order finds a page sooner than fetching all matches."""
        return self.total.ideas**2 > page * self.total.everywhere

    def know(self, filters: Filters) -> bool:
        """Whether every key asked for exists."""
        asked = {"product": filters.products, "module": filters.modules, "status": filters.statuses}
        return all(keys <= {choice.key for choice in self.of(sort)} for sort, keys in asked.items())


def facets(filters: Filters) -> Facets:
    """The counts of every sort, each given the filters of the others: one statement.

    Reads the tally that triggers keep; only personal filters and searches read ideas, and only theirs.
    """
    return _sorted(tuple(map(tuple, db.session.execute(listing_filters.kept(_question, filters), filters.values))))


@lru_cache(maxsize=256)
def _sorted(rows: tuple[tuple[Any, ...], ...]) -> Facets:
    """Made once for counts that stay as they were, as they mostly do from one reader to the next."""
    choices = sorted((Choice(*row) for row in rows), key=lambda choice: (choice.position, choice.key))
    sorts: dict[str, list[Choice]] = {}
    for choice in choices:
        sorts.setdefault(choice.sort, []).append(choice)
    return Facets(sorts)


def _question(filters: Filters) -> CompoundSelect[Any]:
    tally = _tally(filters)
    product, module, status = tally.c.product_id, tally.c.module_id, tally.c.status_key
    given = _given(tally, filters)
    sorts: list[Select[Any]] = [
        _named("product", Product.key, Product, tally, product == Product.id, given("status", "kind")),
        _named("module", Product.key + "." + Module.key, Module, tally, module == Module.id,
               given("product", "status", "kind")).join(Product, Product.id == Module.product_id).group_by(Product.id),
        _named("status", Status.key, Status, tally, status == Status.key, given("product", "module", "kind")),
        _plain("kind", tally.c.kind, tally, given("product", "module", "status")).group_by(tally.c.kind),
        _plain("total", literal(""), tally, given("product", "module", "status", "kind")),
    ]  # fmt: skip
    return union_all(*sorts)


def _tally(filters: Filters) -> FromClause:
    """Ideas counted by product, module, kind and status: kept ready, or made for a subset."""
    if not (subset := listing_filters.subset(filters)):
        return IdeaTally.__table__
    sorts = (Idea.product_id, func.coalesce(Idea.module_id, _NO_MODULE).label("module_id"),
             func.coalesce(Idea.kind, _NO_KIND).label("kind"), Idea.status_key)  # fmt: skip
    return select(*sorts, func.count().label("ideas")).where(Idea.is_listed, *subset).group_by(*sorts).cte("tally")


def _given(tally: FromClause, filters: Filters) -> Any:
    """`given("status", …)`: those sorts' filters as one condition on the tally."""
    asked: dict[str, ColumnElement[bool]] = {}
    if filters.products:
        asked["product"] = tally.c.product_id.in_(listing_filters.product_ids(filters.products))
    if filters.modules:
        asked["module"] = tally.c.module_id.in_(listing_filters.module_ids(filters.modules))
    if filters.statuses:
        asked["status"] = tally.c.status_key.in_(sorted(filters.statuses))
    if filters.kinds:
        asked["kind"] = tally.c.kind.in_(sorted(filters.kinds))
    return lambda *sorts: and_(true(), *(asked[sort] for sort in sorts if sort in asked))


def _named(
    sort: str, key: Any, model: Any, tally: FromClause, belongs: ColumnElement[bool], given: ColumnElement[bool]
) -> Select[Any]:
    """The rows of a table of names, those without ideas too."""
    names = (model.name_pt, model.name_es, model.name_en, model.position)
    identity = model.__table__.primary_key.columns.values()[0]
    counts = _counts(tally, given)
    return select(literal(sort), key, *names, *counts).select_from(model).outerjoin(tally, belongs).group_by(identity)


def _plain(sort: str, key: Any, tally: FromClause, given: ColumnElement[bool] = _ALL) -> Select[Any]:
    """Counts of what has no table of names."""
    return select(literal(sort), key, *_UNNAMED, *_counts(tally, given)).select_from(tally)


def _counts(tally: FromClause, given: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    ideas = func.sum(tally.c.ideas)
    # PostgreSQL sums whole numbers as decimals.
    return cast(func.coalesce(ideas.filter(given), 0), BigInteger), cast(func.coalesce(ideas, 0), BigInteger)
