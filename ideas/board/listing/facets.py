"""The facets of the board: how many listed ideas each filter would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from ideas.db import rows
from ideas.products.models import Module, Named, Product
from ideas.read_models import columns, read, read_model

_ALL = true()
#: As in the tally. Literals, because PostgreSQL treats two equal parameters as different expressions.
_NO_MODULE: ColumnElement[int] = literal_column("0")
_NO_KIND: ColumnElement[str] = literal_column("''")


@read_model
class FacetValue(Named):
    """A value of a facet: its ideas under the filters of the other facets, and without any filter."""

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
    """Exact counts of listed ideas by facet."""

    sorts: Mapping[str, Sequence[FacetValue]]

    def values(self, sort: str) -> Sequence[FacetValue]:
        """The values of "product", "module", "status" or "kind", in their order."""
        return self.sorts.get(sort, ())

    @property
    def total(self) -> FacetValue:
        """The number of ideas that match the filters, and of all."""
        (whole,) = self.values("total")
        return whole

    @property
    def delivered(self) -> int:
        """The number of delivered ideas, without filters."""
        return sum(value.everywhere for value in self.values("status") if value.key == "delivered")

    def favor_scan(self, page: int) -> bool:
        """Whether scanning in order finds a page sooner than fetching all matches."""
        return self.total.ideas**2 > page * self.total.everywhere

    def know(self, filters: Filters) -> bool:
        """Whether every key in the filters exists."""
        asked = {"product": filters.products, "module": filters.modules, "status": filters.statuses}
        return all(keys <= {value.key for value in self.values(sort)} for sort, keys in asked.items())


def facets(filters: Filters) -> Facets:
    """Return the counts of every facet under the filters of the others. One statement.

    Reads the tally that triggers update; only personal filters and searches read ideas, and only theirs.
    """
    found = rows(listing_filters.cached_statement(_build, filters), **filters.values)
    sorts: dict[str, list[FacetValue]] = {}
    for value in sorted(read(FacetValue, found), key=lambda value: (value.position, value.key)):
        sorts.setdefault(value.sort, []).append(value)
    return Facets(sorts)


def _build(filters: Filters) -> CompoundSelect[Any]:
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
    """Counts by product, module, kind and status: the stored tally, or one computed for a subset."""
    if not (subset := listing_filters.subset(filters)):
        return IdeaTally.__table__
    sorts = (Idea.product_id, func.coalesce(Idea.module_id, _NO_MODULE).label("module_id"),
             func.coalesce(Idea.kind, _NO_KIND).label("kind"), Idea.status_key)  # fmt: skip
    return select(*sorts, func.count().label("ideas")).where(Idea.is_listed, *subset).group_by(*sorts).cte("tally")


def _given(tally: FromClause, filters: Filters) -> Any:
    """`given("status", …)` joins the filters of these facets in one condition on the tally."""
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
    """Select the values of a table with names, also those without ideas."""
    identity = model.__table__.primary_key.columns.values()[0]
    values = columns(FacetValue, model, sort=literal(sort), key=key, **_counts(tally, given))
    return select(*values).select_from(model).outerjoin(tally, belongs).group_by(identity)


def _plain(sort: str, key: Any, tally: FromClause, given: ColumnElement[bool] = _ALL) -> Select[Any]:
    """Select the values of a column without a table of names."""
    unnamed = {"name_pt": literal(""), "name_es": literal(""), "name_en": literal(""), "position": literal(0)}
    values = columns(FacetValue, None, sort=literal(sort), key=key, **unnamed, **_counts(tally, given))
    return select(*values).select_from(tally)


def _counts(tally: FromClause, given: ColumnElement[bool]) -> dict[str, ColumnElement[int]]:
    ideas = func.sum(tally.c.ideas)
    # PostgreSQL sums whole numbers as decimals.
    return {
        "ideas": cast(func.coalesce(ideas.filter(given), 0), BigInteger),
        "everywhere": cast(func.coalesce(ideas, 0), BigInteger),
    }
