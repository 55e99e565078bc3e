"""Which ideas of the board a person asked for, and how many there are of each sort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person
from ideas.board.models import Follow, Idea, IdeaTally, Level, Status, Vote
from ideas.board.models.idea import LISTED
from ideas.companies.models import Company
from ideas.db import db
from ideas.products.models import Module, Named, Product


class Mine(StrEnum):
    """What an idea may have to do with the person who reads the board."""

    VOTED = "voted"
    FOLLOWED = "followed"
    POSTED = "posted"
    COMPANY = "company"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The sorts of ideas that were asked for: within one sort any of them, across sorts all.

    `modules` are "product.module" keys. `mine` asks for `reader` (and `company`, the active one).
    `within` are the only ideas to consider, such as a search's hits.
    """

    products: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    mine: frozenset[Mine] = frozenset()
    reader: Person | None = None
    company: Company | None = None
    within: tuple[int, ...] | None = None

    @property
    def any(self) -> bool:
        """Whether something was chosen, the search apart."""
        return bool(self.products or self.modules or self.statuses or self.kinds or self.mine)


@dataclass(frozen=True, slots=True)
class Choice(Named):
    """One of a sort: how many ideas of it there are under the other sorts' filters, and in all."""

    sort: str
    key: str
    name_pt: str
    name_es: str
    name_en: str
    position: int
    ideas: int
    everywhere: int


@dataclass(frozen=True)
class Facets:
    """How many listed ideas there are of each sort, exactly: never over what a visitor can't see."""

    choices: Sequence[Choice]

    def of(self, sort: str) -> list[Choice]:
        """The choices of a sort ("product", "module", "status", "kind"), in their order."""
        return [choice for choice in self.choices if choice.sort == sort]

    @property
    def total(self) -> int:
        """The ideas that the filters leave."""
        return next(choice.ideas for choice in self.choices if choice.sort == "total")

    @property
    def everywhere(self) -> int:
        """The ideas there are without any filter (or of the search, without other filters)."""
        return next(choice.everywhere for choice in self.choices if choice.sort == "total")

    def know(self, filters: Filters) -> bool:
        """Whether every key that was asked for exists."""
        return all(
            chosen <= {choice.key for choice in self.of(sort)}
            for sort, chosen in (
                ("product", filters.products),
                ("module", filters.modules),
                ("status", filters.statuses),
            )
        )


def facets(filters: Filters) -> Facets:
    """How many ideas of each sort, given the filters of the other sorts: one statement.

    Reads the tally that triggers keep; only a personal filter or a search reads ideas themselves,
    the person's few or the search's first hits.
    """
    tally = _tally(filters)
    of = _conditions(tally, filters)
    branches = [
        _choices("product", Product.key, Product, tally, tally.c.product_id == Product.id, of("status", "kind")),
        _choices("module", _module_key(), Module, tally, tally.c.module_id == Module.id, of("product", "status", "kind"))
        .join(Product, Product.id == Module.product_id)
        .group_by(Product.id),
        _choices("status", Status.key, Status, tally, tally.c.status_key == Status.key, of("place", "kind")),
        _counted("kind", tally.c.kind, tally, of("place", "status")).group_by(tally.c.kind),
        _counted("total", literal(""), tally, of("place", "status", "kind")),
    ]
    rows = db.session.execute(union_all(*branches)).all()
    choices = (Choice(*row) for row in rows)
    return Facets(sorted(choices, key=lambda choice: (choice.position, choice.key)))


def chosen(filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions on listed ideas (the board's own condition included)."""
    conditions: list[ColumnElement[bool]] = [literal_column(LISTED.text, db.Boolean())]
    if filters.products:
        conditions.append(Idea.product_id.in_(_product_ids(filters.products)))
    if filters.modules:
        conditions.append(Idea.module_id.in_(_module_ids(filters.modules)))
    if filters.statuses:
        conditions.append(Idea.status_key.in_(sorted(filters.statuses)))
    if filters.kinds:
        conditions.append(Idea.kind.in_(sorted(filters.kinds)))
    return conditions + _personal(filters)
