"""The filters of the board, and their SQL conditions."""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeVar, cast

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Double,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Vote
from ideas.companies.models import Company
from ideas.db import db
from ideas.products.models import Module, Product
from ideas.statements import statement

Stmt = TypeVar("Stmt")


class Mine(StrEnum):
    """How an idea may concern the reader."""

    VOTED = "voted"
    FOLLOWED = "followed"
    POSTED = "posted"
    COMPANY = "company"


@dataclass(frozen=True)
class Hits:
    """The hits of a search: the ranks of canonical ideas by id, and whether some hits were not ranked."""

    ranks: Mapping[int, float]
    more: bool

    @cached_property
    def values(self) -> dict[str, str]:
        """The parameters of a statement that uses `hits()`."""
        return {"hits": json.dumps(self.ranks)}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The chosen filters. An idea matches if it has any value of each filter that is set.

    `modules` are "product.module" keys. `mine` concerns `reader`, and `company`, the active one.
    """

    products: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    mine: frozenset[Mine] = frozenset()
    reader: Person | None = None
    company: Company | None = None
    hits: Hits | None = None

    @property
    def any(self) -> bool:
        """Whether any filter besides a search is set."""
        return bool(self.products or self.modules or self.statuses or self.kinds or self.mine)

    @property
    def values(self) -> dict[str, str]:
        """The parameters of a statement built for these filters."""
        return {} if self.hits is None else self.hits.values


def cached_statement(build: Callable[..., Stmt], filters: Filters, *more: Hashable) -> Stmt:
    """Return the statement for these filters; it is built once unless they are personal."""
    if filters.mine:
        return build(filters, *more)
    everyone = replace(filters, reader=None, company=None, hits=None)
    return cast(Stmt, _build_once(build, everyone, filters.hits is not None, more))


@statement(max_size=512)
def _build_once(build: Callable[..., object], filters: Filters, searched: bool, more: tuple[Hashable, ...]) -> object:
    return build(replace(filters, hits=Hits({}, more=False)) if searched else filters, *more)


def conditions(filters: Filters, status_key: ColumnElement[str] | None = None) -> list[ColumnElement[bool]]:
    """Return the filters as conditions on `idea`, first that it is listed. `status_key` replaces the idea's column."""
    found: list[ColumnElement[bool]] = [Idea.is_listed.expression]
    if filters.products:
        found.append(Idea.product_id.in_(product_ids(filters.products)))
    if filters.modules:
        found.append(Idea.module_id.in_(module_ids(filters.modules)))
    if filters.statuses:
        status = Idea.status_key.expression if status_key is None else status_key
        found.append(status.in_(sorted(filters.statuses)))
    if filters.kinds:
        found.append(Idea.kind.in_(sorted(filters.kinds)))
    return found + subset(filters)


def subset(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions that the tally cannot answer: personal ones, and the hits of a search."""
    found: list[ColumnElement[bool]] = []
    if filters.mine:
        found.append(or_(*(Idea.id.in_(_mine(word, filters)) for word in sorted(filters.mine))))
    if filters.hits is not None:
        found.append(Idea.id.in_(select(hits().c.id)))
    return found


@statement
def hits() -> CTE:
    """The hits of a search (id, rank), read from the parameters that `Filters.values` returns."""
    parameter: BindParameter[str] = bindparam("hits", type_=Text)
    postgres = db.engine.dialect.name == "postgresql"
    each = func.jsonb_each(sql_cast(parameter, JSONB)) if postgres else func.json_each(parameter)
    found = each.table_valued("key", "value")
    number, rank = sql_cast(found.c.key, BigInteger), sql_cast(found.c.value, Double)
    return select(number.label("id"), rank.label("rank")).cte("hits")


def product_ids(keys: frozenset[str]) -> Select[int]:
    """Select the ids of these products."""
    return select(Product.id).where(Product.key.in_(sorted(keys)))


def module_ids(keys: frozenset[str]) -> Select[int]:
    """Select the ids of these "product.module" keys."""
    return select(Module.id).join(Product).where((Product.key + "." + Module.key).in_(sorted(keys)))


def _mine(word: Mine, filters: Filters) -> Select[int | None]:
    """Select the roots of the sets that concern the reader or the reader's company."""
    one = aliased(Idea)
    roots = select(one.root_id)
    person = filters.reader.id if filters.reader else None
    if word is Mine.POSTED:
        return roots.where(one.author_id == person)
    if word is Mine.FOLLOWED:
        return following.followed_by(person)
    voted = roots.join(Vote, and_(Vote.idea_id == one.id, Vote.is_active))
    if word is Mine.VOTED:
        return voted.where(Vote.person_id == person)
    return voted.where(Vote.company_id == (filters.company.id if filters.company else None))
